/// DICOM's run-length encoding (PS3.5, annex G): PackBits over planes of single bytes, the
/// highest byte of a sample first.
package struct RunLength {
    /// Planes of `length` bytes, one after the other.
    private let planes: [UInt8]
    private let length: Int
    private let count: Int

    /// Decodes one frame.
    /// - Throws: ``ImageError/dicom(detail:)`` unless there are `segments` complete planes.
    package static func decode(
        _ bytes: [UInt8], segments: Int, length: Int
    ) throws(ImageError) -> RunLength {
        let header = (0..<16).map { index in
            index * 4 + 4 <= bytes.count
                ? (0..<4).reduce(0) { $0 | Int(bytes[index * 4 + $1]) << (8 * $1) }
                : 0
        }
        guard bytes.count >= 64, header[0] == segments, segments <= 15 else {
            throw broken("\(header[0]) segments for \(segments) planes")
        }
        var planes: [UInt8] = []
        // A run of 128 takes two bytes: more than that cannot come out.
        guard segments * length <= bytes.count * 64 else {
            throw broken("too short for the picture")
        }
        planes.reserveCapacity(segments * length)
        for number in 1...segments {
            let end = number < segments ? header[number + 1] : bytes.count
            guard header[number] >= 64, header[number] <= end, end <= bytes.count else {
                throw broken("segment \(number) lies outside")
            }
            try unpack(bytes[header[number]..<end], to: number * length, &planes)
        }
        return RunLength(planes: planes, length: length, count: segments)
    }

    private static func unpack(
        _ bytes: ArraySlice<UInt8>, to end: Int, _ out: inout [UInt8]
    ) throws(ImageError) {
        var place = bytes.startIndex
        while out.count < end {
            guard place + 1 < bytes.endIndex else { throw broken("a plane ends too early") }
            let code = Int(Int8(bitPattern: bytes[place]))
            if code >= 0 {
                let literal = min(code + 1, end - out.count)
                guard place + 1 + literal <= bytes.endIndex else {
                    throw broken("a plane ends too early")
                }
                out += bytes[place + 1..<place + 1 + literal]
                place += code + 2
            } else if code > -128 {
                let run = min(1 - code, end - out.count)
                out += repeatElement(bytes[place + 1], count: run)
                place += 2
            } else {
                place += 1
            }
        }
    }

    /// The planes of samples of `size` bytes, lowest byte first.
    package func littleEndian(_ size: Int) -> [UInt8] {
        guard size > 1 else { return planes }
        var out = [UInt8](repeating: 0, count: planes.count)
        for plane in 0..<count {
            let (sample, byte) = (plane / size, size - 1 - plane % size)
            for pixel in 0..<length {
                out[(sample * length + pixel) * size + byte] = planes[plane * length + pixel]
            }
        }
        return out
    }

    private static func broken(_ what: String) -> ImageError {
        .dicom(detail: "broken DICOM: RLE, \(what); copy the file again or leave it out")
    }
}
