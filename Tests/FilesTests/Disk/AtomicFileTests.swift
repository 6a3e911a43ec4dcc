import CambiumFiles
import Foundation
import Testing

@Suite struct AtomicFileTests {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "cambium-" + UUID().uuidString
        try FileSystem.makeFolder(folder)
    }

    @Test func `a committed file has exactly the bytes and no temporary beside it`() throws {
        defer { try? FileSystem.remove(folder) }
        var file = try AtomicFile("\(folder)/a")
        let big = [UInt8](repeating: 7, count: 1_000_003)
        try file.write("head")
        try file.write(big)
        try file.commit()
        #expect(try FileSystem.read("\(folder)/a") == Array("head".utf8) + big)
        #expect(try FileSystem.names(in: folder) == ["a"])
    }

    @Test func `a file let go leaves nothing and keeps the old one`() throws {
        defer { try? FileSystem.remove(folder) }
        try FileSystem.write("old", to: "\(folder)/a")
        do {
            var file = try AtomicFile("\(folder)/a")
            try file.write("half")
        }
        #expect(try FileSystem.readText("\(folder)/a") == "old")
        #expect(try FileSystem.names(in: folder) == ["a"])
    }

    @Test func `a folder that does not exist is named`() {
        #expect(throws: FileError.missing(path: "\(folder)/no/a")) {
            _ = try AtomicFile("\(folder)/no/a")
        }
    }

    @Test func `digest equals sha256sum's`() throws {
        defer { try? FileSystem.remove(folder) }
        try FileSystem.write("abc", to: "\(folder)/a")
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(try Digest.sha256(file: "\(folder)/a") == expected)
    }
}
