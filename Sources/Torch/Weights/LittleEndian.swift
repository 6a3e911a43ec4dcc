/// Reading that stays within the bytes whatever the numbers in a file say.
extension UnsafeRawBufferPointer {
    /// A little-endian number, nil where the bytes end.
    func little<Number: FixedWidthInteger>(_ type: Number.Type, at position: Int) -> Number? {
        guard position >= 0, position <= count - MemoryLayout<Number>.size else { return nil }
        return Number(littleEndian: loadUnaligned(fromByteOffset: position, as: Number.self))
    }

    /// A little-endian number that can be a position or a size in a file: small enough that sums
    /// of a few never overflow.
    func offset<Number: FixedWidthInteger>(_ type: Number.Type, at position: Int) -> Int? {
        guard let number = little(type, at: position), number >= 0, number <= 1 << 50 else {
            return nil
        }
        return Int(number)
    }

    /// UTF-8 text, nil where the bytes end or are something else.
    func text(at position: Int, count length: Int) -> String? {
        guard position >= 0, length >= 0, position <= count, length <= count - position else {
            return nil
        }
        return String(validating: self[position..<position + length], as: UTF8.self)
    }
}
