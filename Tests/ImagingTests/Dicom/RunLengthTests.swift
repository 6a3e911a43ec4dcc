import CambiumFiles
import CambiumImaging
import Testing

@Suite struct RunLengthTests {
    /// A frame of segments: the header of 64 bytes, then each.
    private func frame(_ segments: [[UInt8]], count: Int? = nil, shift: Int = 0) -> [UInt8] {
        var numbers = [count ?? segments.count]
        var place = 64 + shift
        for segment in segments {
            numbers.append(place)
            place += segment.count
        }
        numbers += [Int](repeating: 0, count: max(0, 16 - numbers.count))
        let header = numbers.prefix(16).flatMap { number in
            (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        return header + segments.joined()
    }

    /// PackBits by another way: runs of at least two, literals between them, at random lengths.
    private func packed(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var (out, place) = ([UInt8](), 0)
        while place < bytes.count {
            if generator.index(below: 8) == 0 { out.append(0x80) }
            let run = bytes[place...].prefix { $0 == bytes[place] }.count
            if run > 1 {
                let used = min(run, 128, 2 + generator.index(below: 130))
                out += [UInt8(bitPattern: Int8(1 - used)), bytes[place]]
                place += used
            } else {
                let used = min(bytes.count - place, 1 + generator.index(below: 128))
                out += [UInt8(used - 1)] + bytes[place..<place + used]
                place += used
            }
        }
        return out
    }

    private func complaint(_ bytes: [UInt8], segments: Int, length: Int) -> String {
        do { _ = try RunLength.decode(bytes, segments: segments, length: length) } catch {
            return "\(error)"
        }
        return ""
    }

    /// The example of Apple's Technical Note TN1023.
    @Test func `a known packing is unpacked`() throws {
        let bytes: [UInt8] = [
            0xFE, 0xAA, 0x02, 0x80, 0x00, 0x2A, 0xFD, 0xAA, 0x03, 0x80, 0x00, 0x2A, 0x22, 0xF7,
            0xAA,
        ]
        let plain: [UInt8] =
            [0xAA, 0xAA, 0xAA, 0x80, 0x00, 0x2A, 0xAA, 0xAA, 0xAA, 0xAA, 0x80, 0x00, 0x2A, 0x22]
            + [UInt8](repeating: 0xAA, count: 10)
        let decoded = try RunLength.decode(frame([bytes]), segments: 1, length: 24)
        #expect(decoded.littleEndian(1) == plain)
    }

    @Test(arguments: [1, 2, 4], [1, 3])
    func `planes come out as samples, the lowest byte first`(size: Int, samples: Int) throws {
        var generator = SeededGenerator(seed: 5, UInt64(size), UInt64(samples))
        for length in [1, 7, 300] {
            let values = (0..<samples * length * size).map { _ in
                generator.index(below: 3) > 0 ? UInt8(7) : UInt8(generator.index(below: 256))
            }
            // Of each sample the planes of its bytes, the highest first.
            let planes = (0..<samples * size).map { plane in
                (0..<length).map { pixel in
                    let byte = size - 1 - plane % size
                    return values[(plane / size * length + pixel) * size + byte]
                }
            }
            let bytes = frame(planes.map { packed($0, &generator) })
            let decoded = try RunLength.decode(bytes, segments: samples * size, length: length)
            #expect(decoded.littleEndian(size) == values)
        }
    }

    @Test func `what is cut off or lies outside is refused`() {
        let good = frame([[0x03, 1, 2, 3, 4]])
        #expect(complaint(good, segments: 1, length: 4).isEmpty)
        for length in 0..<good.count {
            #expect(!complaint(Array(good.prefix(length)), segments: 1, length: 4).isEmpty)
        }
        #expect(complaint(good, segments: 2, length: 4).contains("1 segments for 2 planes"))
        #expect(complaint(good, segments: 1, length: 5).contains("ends too early"))
        let shifted = frame([[0x03, 1, 2, 3, 4]], shift: 6)
        #expect(complaint(shifted, segments: 1, length: 4).contains("segment 1 lies outside"))
        #expect(
            complaint(frame([[0], [0]], shift: -10), segments: 2, length: 1)
                .contains("segment 1 lies outside"))
        #expect(complaint(frame([[0xFF]]), segments: 1, length: 1).contains("ends too early"))
        #expect(complaint(good, segments: 1, length: 1 << 40).contains("too short"))
    }

    @Test func `what runs past a plane's end is not the next plane's`() throws {
        let bytes = frame([[0x05, 1, 2, 3, 4, 5, 6], [0xFB, 9], [0x03, 1, 2, 3, 4]])
        let decoded = try RunLength.decode(bytes, segments: 3, length: 4)
        #expect(decoded.littleEndian(1) == [1, 2, 3, 4, 9, 9, 9, 9, 1, 2, 3, 4])
        // Where the second would begin there is nothing any more.
        #expect(
            complaint(Array(bytes.prefix(66)), segments: 3, length: 4)
                .contains("segment 1 lies outside"))
    }

    @Test func `the longest runs give 64 times their bytes`() throws {
        let runs = [[UInt8]](repeating: [0x81, 7], count: 1000).flatMap(\.self)
        let decoded = try RunLength.decode(frame([runs]), segments: 1, length: 128_000)
        #expect(decoded.littleEndian(1) == [UInt8](repeating: 7, count: 128_000))
    }
}
