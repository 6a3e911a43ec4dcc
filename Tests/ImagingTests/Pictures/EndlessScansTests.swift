import CambiumImaging
import Testing

/// Progressive JPEGs in which each further scan costs a few bytes and a walk over the whole
/// picture (Benchmarks/fuzz found them).
@Suite struct EndlessScansTests {
    @Test(arguments: [
        (512, 400, ""), (512, 600, "more than 500 scans"),
        (4104, 110, "more than 100 scans of a large picture"),
    ])
    func `the number of scans is limited`(side: Int, scans: Int, reason: String) {
        let said = refusal(endless(side: side, scans: scans, zeros: 40))
        #expect(reason.isEmpty ? said.isEmpty : said.contains(reason))
    }

    @Test func `a picture whose scans have no data is given up at the first`() {
        let file = endless(side: 4104, scans: 90, zeros: 0)
        #expect(refusal(file).contains("a marker stands inside the picture"))
        #expect(refusal(file).contains("0 rows complete"))
    }

    /// A grey picture with one scan of first coefficients and any number of scans of the others.
    /// Both Huffman tables have one code, a zero bit: no difference, and a run of 16384 empty
    /// blocks plus the number in the next 14 bits.
    private func endless(side: Int, scans: Int, zeros: Int) -> [UInt8] {
        let size = [UInt8(side >> 8), UInt8(side & 0xFF)]
        let steps: [UInt8] = [0xFF, 0xDB, 0, 67, 0] + [UInt8](repeating: 1, count: 64)
        let frame: [UInt8] = [0xFF, 0xC2, 0, 11, 8] + size + size + [1, 1, 0x11, 0]
        let first: [UInt8] = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0]
        let blocks = (side / 8) * (side / 8)
        let others: [UInt8] = [0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 63, 0]
        var file: [UInt8] = [0xFF, 0xD8] + steps + frame
        file += table(0x00, value: 0) + table(0x10, value: 0xE0)
        file += first + [UInt8](repeating: 0, count: blocks / 8 + 1)
        for _ in 0..<scans { file += others + [UInt8](repeating: 0, count: zeros) }
        return file + [0xFF, 0xD9]
    }

    private func table(_ kind: UInt8, value: UInt8) -> [UInt8] {
        [0xFF, 0xC4, 0, 20, kind, 1] + [UInt8](repeating: 0, count: 15) + [value]
    }

    private func refusal(_ file: [UInt8]) -> String {
        do throws(ImageError) {
            _ = try ImageDecoder.decode(file)
            return ""
        } catch { return error.description }
    }
}
