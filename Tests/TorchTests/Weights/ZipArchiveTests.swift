import CambiumFiles
import CambiumTestFolders
import CambiumTorch
import Testing

@Suite struct ZipArchiveTests {
    private func archive(_ bytes: [UInt8]) throws -> ZipArchive {
        try bytes.withUnsafeBytes { try ZipArchive($0, path: "a.zip") }
    }

    private func refusal(_ bytes: [UInt8]) -> String {
        do { _ = try archive(bytes) } catch { return "\(error)" }
        return ""
    }

    private func members(_ generator: inout SeededGenerator) -> [(name: String, content: [UInt8])] {
        (0..<generator.index(below: 6)).map { number in
            let length = generator.index(below: 300)
            return (
                "\(number)/\(String(repeating: "ä", count: generator.index(below: 40)))",
                (0..<length).map { _ in UInt8(generator.index(below: 256)) }
            )
        }
    }

    @Test func `members lie where they were put`() throws {
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<100 {
            let members = members(&generator)
            let bytes = Zip.stored(members)
            let archive = try archive(bytes)
            #expect(archive.members.count == members.count)
            for (name, content) in members {
                let range = try archive.range(name)
                #expect(Array(bytes[range]) == content)
            }
            #expect(throws: TorchError.self) { try archive.range("none") }
        }
    }

    @Test func `what Cambium writes it reads, at multiples of 64 bytes`() throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 13)
        for _ in 0..<10 {
            let members = members(&generator)
            var writer = ZipWriter(try AtomicFile("\(folder.path)/a.zip"))
            for (name, content) in members { try writer.add(name, content) }
            let isWritten = try writer.finish()
            let bytes = try FileSystem.read("\(folder.path)/a.zip")
            let archive = try archive(bytes)
            #expect(isWritten && archive.members.count == members.count)
            for (name, content) in members {
                let range = try archive.range(name)
                #expect(Array(bytes[range]) == content && range.lowerBound % 64 == 0)
            }
        }
    }

    /// IEEE 802.3's check value, and those of short texts as zlib gives them.
    @Test(arguments: [
        ("123456789", UInt32(0xCBF4_3926)), ("", 0), ("a", 0xE8B7_BE43), ("abc", 0x3524_41C2),
    ])
    func `checksums are those of ZIP`(text: String, sum: UInt32) {
        #expect(CRC32.checksum(Array(text.utf8)) == sum)
    }

    @Test func `a comment may follow, even one that looks like an end`() throws {
        let whole = Zip.stored([("a", [1, 2, 3])])
        for comment in [Array("note".utf8), Array(whole.suffix(22))] {
            var bytes = whole + comment
            bytes[whole.count - 2] = UInt8(comment.count)
            // The record in the comment is an end by itself: the last one counts, as for others.
            #expect(try archive(bytes).members.count == 1)
        }
        #expect(refusal(whole + [0]).contains("without its end"))
    }

    @Test func `compressed and encrypted members are named, the others are read`() throws {
        let whole = Zip.stored([("a", [1]), ("b", [2])])
        let entry = try #require(
            whole.indices.first { whole[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
        for (place, value) in [(entry + 8, UInt8(1)), (entry + 10, 8)] {
            var bytes = whole
            bytes[place] = value
            let archive = try archive(bytes)
            #expect {
                try archive.range("a")
            } throws: {
                "\($0)".contains("compressed or encrypted")
            }
            let range = try archive.range("b")
            #expect(Array(bytes[range]) == [2])
        }
    }

    @Test func `a cut or changed archive is read or refused, never beyond its end`() throws {
        let whole = Zip.stored([("one", [1, 2, 3]), ("two", [UInt8](repeating: 9, count: 40))])
        for length in 0..<whole.count { #expect(!refusal(Array(whole.prefix(length))).isEmpty) }
        var generator = SeededGenerator(seed: 14)
        var read = 0
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0...generator.index(below: 3) {
                bytes[generator.index(below: bytes.count)] =
                    [0, 1, 0x7F, 0x80, 0xFF, UInt8(generator.index(below: 256))][
                        generator.index(below: 6)]
            }
            guard let archive = try? archive(bytes) else { continue }
            read += 1
            for member in archive.members.values {
                #expect(bytes.indices.contains(member.range.lowerBound) || member.range.isEmpty)
                #expect(member.range.upperBound <= bytes.count)
            }
        }
        #expect(read > 0)
    }

    @Test func `the longest comment is passed over, and what stands behind an entry`() throws {
        var bytes = Zip.stored([("a", [1]), ("b", [2])])
        let entry = try #require(
            bytes.indices.first { bytes[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
        // A comment of three bytes behind the first entry.
        bytes[entry + 32] = 3
        bytes.insert(contentsOf: [7, 7, 7], at: entry + 47)
        let end = bytes.count
        bytes[end - 2] = 0xFF
        bytes[end - 1] = 0xFF
        bytes += [UInt8](repeating: 7, count: 0xFFFF)
        #expect(try Set(archive(bytes).members.keys) == ["a", "b"])
    }

    @Test func `a name that stands twice is refused`() {
        #expect(refusal(Zip.stored([("a", [1]), ("a", [2])])).contains("twice"))
    }
}
