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

    /// What the kernel says of this process; such files have no size beforehand.
    private func memory() -> String {
        let descriptor = open("/proc/self/maps", O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        var text: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(descriptor, &block, block.count), count > 0 {
            text += block[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }

    private func openFiles() throws -> [String] {
        try FileSystem.names(in: "/proc/self/fd").map { name in
            var target = [CChar](repeating: 0, count: 4096)
            let count = readlink("/proc/self/fd/\(name)", &target, target.count)
            let bytes = target.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    @Test func `a file is closed at once, its memory given back by the last who holds it`() throws {
        let path = try folder.write([UInt8](repeating: 1, count: 5000), to: "mapped")
        // Another way may lead to the folder.
        let end = "\(FileSystem.name(folder.path))/mapped"
        var file: MappedFile? = try MappedFile(path)
        let files = try openFiles()
        withExtendedLifetime(file) { #expect(memory().contains(end)) }
        #expect(!files.contains { $0.hasSuffix(end) })
        file = nil
        #expect(!memory().contains(end))
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
