/// NumPy's legacy random numbers (`numpy.random.RandomState`), so that a split with seed 42 is
/// scikit-learn's split with `random_state=42`.
///
/// Bits are the Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998), seeded with Knuth's
/// recurrence; whole numbers by masking and rejection; shuffling as Fisher and Yates from the end.
struct NumPyRandom {
    private static let size = 624
    private static let middle = 397
    private var state = [UInt32](repeating: 0, count: size)
    private var position = size

    init(seed: UInt32) {
        state[0] = seed
        for index in 1..<Self.size {
            let last = state[index - 1]
            state[index] = 1_812_433_253 &* (last ^ last >> 30) &+ UInt32(index)
        }
    }

    /// The next 32 bits.
    mutating func next() -> UInt32 {
        if position == Self.size { refill() }
        var bits = state[position]
        position += 1
        bits ^= bits >> 11
        bits ^= bits << 7 & 0x9D2C_5680
        bits ^= bits << 15 & 0xEFC6_0000
        return bits ^ bits >> 18
    }

    /// A number in `0...last`; none is drawn when there is no choice.
    mutating func index(upTo last: Int) -> Int {
        guard last > 0 else { return 0 }
        var mask = UInt32(truncatingIfNeeded: last)
        for shift in [1, 2, 4, 8, 16] { mask |= mask >> UInt32(shift) }
        while true {
            let value = Int(next() & mask)
            if value <= last { return value }
        }
    }

    /// `RandomState.permutation` of given elements.
    mutating func permutation<Element>(_ elements: [Element]) -> [Element] {
        var elements = elements
        for last in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(last, index(upTo: last))
        }
        return elements
    }

    private mutating func refill() {
        for index in 0..<Self.size {
            let joined =
                state[index] & 0x8000_0000 | state[(index + 1) % Self.size] & 0x7FFF_FFFF
            let twisted = joined >> 1 ^ (joined & 1 == 0 ? 0 : 0x9908_B0DF)
            state[index] = state[(index + Self.middle) % Self.size] ^ twisted
        }
        position = 0
    }
}
