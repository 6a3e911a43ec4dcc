import CambiumCorpus
import CambiumFiles
import CambiumImaging
import Testing

@Suite struct HammingIndexTests {
    private func random(_ generator: inout SeededGenerator) -> PerceptualHash {
        var words = SIMD8<UInt32>()
        for index in 0..<8 { words[index] = UInt32(truncatingIfNeeded: generator.next()) }
        return PerceptualHash(words: words)
    }

    private func flipped(
        _ hash: PerceptualHash, _ count: Int, _ generator: inout SeededGenerator
    ) -> PerceptualHash {
        var words = hash.words
        for _ in 0..<count {
            let bit = generator.index(below: PerceptualHash.bits)
            words[bit / 32] ^= 1 << UInt32(bit % 32)
        }
        return PerceptualHash(words: words)
    }

    /// What a search found, by rows.
    private func found(
        _ index: HammingIndex, _ query: PerceptualHash, _ limit: Int
    ) -> [(row: Int, distance: Int)] {
        var found: [(row: Int, distance: Int)] = []
        #expect(index.search(query, within: limit) { found.append(($0, $1)) } == 0)
        return found.sorted { $0.row < $1.row }
    }

    @Test(arguments: [1, 40, 3000])
    func `up to seven bits away all are found, further none that is not there`(
        count: Int
    ) {
        var generator = SeededGenerator(seed: 11, UInt64(count))
        var hashes = (0..<count).map { _ in random(&generator) }
        for row in 0..<count where row % 3 == 0 {
            hashes[row] = flipped(hashes[row / 2], generator.index(below: 12), &generator)
        }
        let index = HammingIndex(hashes)
        var near = 0
        for _ in 0..<60 {
            let query = flipped(
                hashes[generator.index(below: count)], generator.index(below: 9), &generator)
            for limit in [0, 3, 7, 20] {
                let all = hashes.indices.map { ($0, hashes[$0].distance(to: query)) }
                    .filter { $0.1 <= limit }
                let found = found(index, query, limit)
                // Each once, with its distance.
                #expect(Set(found.map(\.row)).count == found.count)
                let distances = Dictionary(uniqueKeysWithValues: all)
                #expect(found.allSatisfy { distances[$0.row] == $0.distance })
                let certain = all.filter { $0.1 <= 7 }
                let near7 = found.filter { $0.distance <= 7 }
                #expect(near7.map(\.row) == certain.map(\.0))
                near += certain.count
            }
        }
        #expect(near > 60)
    }

    @Test func `an overfull bucket is looked at up to its limit, and what is left is told`() {
        let hash = PerceptualHash(words: SIMD8(repeating: 0x1234_5678))
        let count = HammingIndex.bucketLimit + 904
        let index = HammingIndex(Array(repeating: hash, count: count))
        var rows: [Int] = []
        let skipped = index.search(hash, within: 4) { row, _ in rows.append(row) }
        #expect(rows == Array(0..<HammingIndex.bucketLimit) && skipped == 8 * 904)
    }

    @Test func `nothing is found where there is nothing`() {
        let hash = PerceptualHash(words: SIMD8(repeating: 1))
        #expect(found(HammingIndex([]), hash, 256).isEmpty)
    }
}
