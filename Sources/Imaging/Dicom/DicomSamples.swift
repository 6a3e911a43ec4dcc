/// One frame's stored samples, decompressed, as they lie.
struct DicomSamples {
    let width: Int
    let height: Int
    let samples: Int
    /// Bits of a sample's place: 1, 8, 16 or 32.
    let bitsAllocated: Int
    /// Bits of it that are the value, `shift` bits above the lowest.
    let bits: Int
    let shift: Int
    let isSigned: Bool
    var isBig = false
    var isPlanar = false
    /// The samples, `isPlanar` plane after plane, else pixel after pixel.
    let bytes: [UInt8]

    var pixels: Int { width * height }

    /// The stored value of a pixel's channel.
    func value(_ pixel: Int, _ channel: Int = 0) -> Int {
        let index = isPlanar ? channel * pixels + pixel : pixel * samples + channel
        return extended(raw(index) >> shift)
    }

    /// A sample's place as it lies.
    private func raw(_ index: Int) -> Int {
        switch bitsAllocated {
        case 1: Int(bytes[index >> 3] >> UInt8(index & 7)) & 1
        case 8: Int(bytes[index])
        case 16: isBig ? word(2 * index + 1, 2 * index) : word(2 * index, 2 * index + 1)
        default:
            isBig
                ? word(4 * index + 3, 4 * index + 2) | word(4 * index + 1, 4 * index) << 16
                : word(4 * index, 4 * index + 1) | word(4 * index + 2, 4 * index + 3) << 16
        }
    }

    private func word(_ low: Int, _ high: Int) -> Int { Int(bytes[low]) | Int(bytes[high]) << 8 }

    /// The lowest bits with their sign.
    private func extended(_ value: Int) -> Int {
        let low = value & (1 << bits - 1)
        return isSigned && low >> (bits - 1) == 1 ? low - 1 << bits : low
    }

    /// All that the bits can express.
    var range: ClosedRange<Int> {
        isSigned ? -(1 << (bits - 1))...(1 << (bits - 1) - 1) : 0...(1 << bits - 1)
    }
}
