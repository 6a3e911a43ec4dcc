import CambiumFiles
import CambiumTestFolders
import Glibc
import Testing

@Suite struct MappedFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `a file's bytes are there, also after its name is gone`() throws {
        let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let path = try folder.write(bytes, to: "a")
        let file = try MappedFile(path)
        try FileSystem.remove(path)
        #expect(file.count == bytes.count && file.path == path)
        #expect(file.withBytes { Array($0) } == bytes)
    }

    @Test func `an empty file is no error`() throws {
        let file = try MappedFile(try folder.write([UInt8](), to: "empty"))
        #expect(file.count == 0 && file.withBytes { $0.isEmpty })
    }

    @Test func `what is no file is refused, a pipe without waiting for its writer`() throws {
        let pipe = "\(folder.path)/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        for path in [folder.path, pipe] {
            #expect(
                throws: FileError.refused(
                    operation: "read", path: path, reason: "not a regular file")
            ) { _ = try MappedFile(path) }
        }
        #expect(throws: FileError.missing(path: "\(folder.path)/none")) {
            _ = try MappedFile("\(folder.path)/none")
        }
    }
}
