import CambiumFiles
import CambiumPipelines
import CambiumTestFolders
import Foundation
import Testing

@Suite struct FileDigestsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `a folder's digest is that of its lines`() throws {
        try folder.write("a", to: "d/a")
        try folder.write("b", to: "d/b/c")
        try folder.write("x", to: "d/t.lineidx")
        try folder.write("x", to: "d/t.partial-12")
        try folder.write("c", to: "d/t.partial-x")
        try folder.write("d", to: "d/z")
        let lines = [("a", "a"), ("b", "b/c"), ("c", "t.partial-x"), ("d", "z")]
            .map { "\(Digest.sha256(Array($0.0.utf8)))  \($0.1)\n" }.joined()
        let found = try FileDigests(keptIn: nil).of("\(folder.path)/d")
        #expect(found == PathDigest(Digest.sha256(Array(lines.utf8)), bytes: 4, files: 4))
        #expect(try FileDigests(keptIn: nil).of("\(folder.path)/nothing") == nil)
        #expect(try FileDigests(keptIn: nil).of("\(folder.path)/d/a/nothing") == nil)
    }

    @Test func `links are followed, not in circles`() throws {
        try folder.write("a", to: "d/a")
        try folder.write("a", to: "e/a")
        try FileSystem.link("\(folder.path)/f", to: "d")
        let digests = FileDigests(keptIn: nil)
        #expect(try digests.of("\(folder.path)/f") == digests.of("\(folder.path)/e"))
        try FileSystem.makeFolder("\(folder.path)/twice")
        // Twice the same folder is no circle.
        try FileSystem.link("\(folder.path)/twice/a", to: "../d")
        try FileSystem.link("\(folder.path)/twice/b", to: "../d")
        for name in ["a", "b"] { try folder.write("a", to: "copies/\(name)/a") }
        #expect(try digests.of("\(folder.path)/twice") == digests.of("\(folder.path)/copies"))
        try FileSystem.link("\(folder.path)/d/back", to: "..")
        try FileSystem.link("\(folder.path)/d/gone", to: "nowhere")
        #expect(try digests.of("\(folder.path)/d")?.files ?? 0 > 2)
    }

    @Test func `what was read is kept, and a damaged cache is none`() throws {
        let path = "\(folder.path)/cache"
        for name in 0..<50 { try folder.write("\(name)", to: "d/\(name)") }
        let first = FileDigests(keptIn: path)
        let digest = try first.of("\(folder.path)/d")
        try first.save()
        let second = FileDigests(keptIn: path)
        #expect(try second.of("\(folder.path)/d") == digest)
        let before = try FileSystem.modified(path)
        try second.save()
        #expect(try FileSystem.modified(path) == before)
        var bytes = try FileSystem.read(path)
        for place in stride(from: 0, to: bytes.count, by: 97) {
            bytes[place] ^= 1
            try FileSystem.write(bytes, to: path)
            #expect(try FileDigests(keptIn: path).of("\(folder.path)/d") == digest)
            bytes[place] ^= 1
        }
        try FileSystem.write(Array(bytes.dropLast()), to: path)
        #expect(try FileDigests(keptIn: path).of("\(folder.path)/d") == digest)
    }
}
