import CambiumImaging
import Testing

/// Compressed pixel data that promises another picture than the header, or far more parts than
/// the file could hold. The fuzzing program (Benchmarks/fuzz) found that these took gigabytes.
@Suite struct DicomPromiseTests {
    @Test func `a scan header is not taken for a frame header`() throws {
        // Read as a frame header it would say 255 bits and 65535 x 65535 pixels of 3 samples.
        let scan: [UInt8] =
            [0xFF, 0xDA, 0, 17, 255, 255, 255, 255, 255, 3] + [1, 17, 0, 2, 17, 0, 3, 17, 0]
        let file = try enlarged(DicomCase.named("jpeg lossless"), at: [0xFF, 0xC3, 0], by: scan)
        #expect(refusal(file).contains("its frame header is missing"))
    }

    @Test func `another frame header is noticed before it is believed`() throws {
        // A restart marker has no length: who reads one passes over the 60000 x 60000 pixels.
        let frame: [UInt8] =
            [0xFF, 0xD0, 0xFF, 0xC2, 0, 11, 8, 0xEA, 0x60, 0xEA, 0x60, 1, 1, 17, 0]
            + [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0]
        let passed = frame + [UInt8](repeating: 0, count: 0xFFC2 + 2 - frame.count)
        let file = try enlarged(DicomCase.named("jpeg"), at: [0xFF, 0xC0, 0], by: passed)
        #expect(refusal(file).contains("the codestream is not the header's"))
    }

    @Test func `a JPEG 2000 of a hundred million precincts is refused`() throws {
        var file = DicomCase.named("jpeg 2000")
        let side: [UInt8] = [0, 0, 0x2E, 0xE0]
        for tag: UInt8 in [0x10, 0x11] {
            let place = try #require(found([0x28, 0, tag, 0], in: file))
            file.replaceSubrange(place + 8..<place + 10, with: [0xE0, 0x2E])
        }
        let sizes = try #require(found([0xFF, 0x4F, 0xFF, 0x51], in: file)) + 8
        for offset in [0, 4, 16, 20] {
            file.replaceSubrange(sizes + offset..<sizes + offset + 4, with: side)
        }
        let style = try #require(found([0xFF, 0x52, 0, 12], in: file))
        let levels = Int(file[style + 9])
        file[style + 3] += UInt8(levels + 1)
        file[style + 4] |= 1
        let precincts = [0] + [UInt8](repeating: 0x11, count: levels)
        let end = Array(file[style + 14..<style + 18])
        file = try enlarged(file, at: end, by: precincts)
        #expect(refusal(file).contains("precincts"))
    }

    /// `bytes` in front of a pattern in the last fragment, whose length grows.
    private func enlarged(
        _ file: [UInt8], at pattern: [UInt8], by bytes: [UInt8]
    ) throws -> [UInt8] {
        let item: [UInt8] = [0xFE, 0xFF, 0x00, 0xE0]
        let at = try #require(found(pattern, in: file))
        let head = try #require(
            (0..<at).last { file[$0...].starts(with: item) })
        var length = bytes.count
        for index in 0..<4 { length += Int(file[head + 4 + index]) << (8 * index) }
        var file = file
        file.insert(contentsOf: bytes, at: at)
        for index in 0..<4 {
            file[head + 4 + index] = UInt8(truncatingIfNeeded: length >> (8 * index))
        }
        return file
    }

    private func found(_ pattern: [UInt8], in file: [UInt8]) -> Int? {
        file.indices.first { file[$0...].starts(with: pattern) }
    }

    private func refusal(_ file: [UInt8]) -> String {
        do throws(ImageError) {
            _ = try ImageDecoder.decode(file)
            return "decoded"
        } catch { return error.description }
    }
}
