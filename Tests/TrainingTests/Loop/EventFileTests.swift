import CambiumFiles
import CambiumTestFolders
import CambiumTraining
import Testing

@Suite struct EventFileTests {
    /// RFC 3720, appendix B.4, and the usual check value.
    @Test(
        arguments: [
            ([UInt8](repeating: 0, count: 32), UInt32(0x8A91_36AA)),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            ((0..<32).map { UInt8($0) }, 0x46DD_794E),
            ((0..<32).map { UInt8(31 - $0) }, 0x113F_DB5C),
            (Array("123456789".utf8), 0xE306_9283), ([], 0),
        ] as [([UInt8], UInt32)])
    func `checksums are Castagnoli's`(bytes: [UInt8], sum: UInt32) {
        #expect(CRC32C.checksum(bytes) == sum)
    }

    @Test func `a masked checksum is turned by 15 bits and shifted by a constant`() {
        // 0xE3069283 turned is 0x2507C60D; plus 0xA282EAD8.
        #expect(CRC32C.masked(Array("123456789".utf8)) == [0xE5, 0xB0, 0x8A, 0xC7])
    }

    /// Each frame: the length of an event, its checksum, the event, its checksum.
    @Test func `a file is frames of events, as TensorBoard reads them`() throws {
        let folder = try TemporaryFolder()
        let events = try EventFile(folder: folder.path, time: 1.5)
        try events.write(step: 300, time: 2.5, scalars: [("loss", 0.25), ("a/b", -1)])
        try events.write(step: 128, time: 0, scalars: [])
        let path = "\(folder.path)/events.out.tfevents.1.cambium"
        var rest = try FileSystem.read(path)[...]
        func take(_ count: Int) throws -> [UInt8] {
            try #require(rest.count >= count)
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        var frames: [[UInt8]] = []
        while !rest.isEmpty {
            let length = try take(8)
            #expect(try take(4) == CRC32C.masked(length))
            let content = try take(length.reversed().reduce(0) { $0 << 8 | Int($1) })
            #expect(try take(4) == CRC32C.masked(content))
            frames.append(content)
        }
        // 1: double 1.5; 3: text
        let version: [UInt8] = [0x09, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0x1A, 13]
        // 1: double 2.5; 2: varint 300; 5: summary of two values, 1: tag, 2: float
        let head: [UInt8] = [0x09, 0, 0, 0, 0, 0, 0, 0x04, 0x40, 0x10, 0xAC, 0x02, 0x2A, 25]
        let loss: [UInt8] = [0x0A, 11, 0x0A, 4, 0x6C, 0x6F, 0x73, 0x73, 0x15, 0, 0, 0x80, 0x3E]
        let other: [UInt8] = [0x0A, 10, 0x0A, 3, 0x61, 0x2F, 0x62, 0x15, 0, 0, 0x80, 0xBF]
        let last: [UInt8] = [0x09, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0x80, 0x01, 0x2A, 0]
        #expect(frames == [version + Array("brain.Event:2".utf8), head + loss + other, last])
    }
}
