import CambiumRankThreads
import CambiumTraining
import Testing

/// Rows of a table, computed by several processes.
@Suite struct DealtBatchesTests {
    /// Rows of a table, each two values, in batches that remember how large they were.
    private static func batches(_ rows: [Int], _ size: Int) -> [[Float]] {
        stride(from: 0, to: rows.count, by: size).map { start in
            let part = rows[start..<min(start + size, rows.count)]
            return part.flatMap { [Float($0), Float(part.count)] }
        }
    }

    @Test(arguments: [(1, 4), (7, 2), (8, 2), (9, 2), (12, 3), (3, 100), (100, 1)])
    func `all rows come in order, from the batches of one process`(
        count: Int, size: Int
    ) throws {
        let expected = Self.batches(Array(0..<count), size)
        for processes in [1, 2, 3] {
            let results = try Ranks.run(processes) { group in
                let distribution = Distribution(group)
                let dealt = DealtBatches(count: count, batchSize: size, in: distribution)
                var taken: [[Float]] = []
                try dealt.gather(width: 2, in: distribution) { give in
                    for batch in Self.batches(dealt.own, size) { try give(batch) }
                } take: {
                    taken.append($0)
                }
                return taken
            }
            #expect(results[0] == expected)
            for others in results.dropFirst() { #expect(others.isEmpty) }
        }
    }

    @Test func `shares of whole pieces cover everything once`() {
        for count in [0, 1, 63, 64, 65, 1000] {
            for piece in [1, 4, 64] {
                let distribution = Distribution()
                #expect(distribution.share(of: count, inPieces: piece) == 0..<count)
            }
        }
    }

    @Test(arguments: [1, 4, 64]) func `gathered shares of pieces`(piece: Int) throws {
        for count in [1, 5, 130] {
            let results = try Ranks.run(3) { group in
                let distribution = Distribution(group)
                let share = distribution.share(of: count, inPieces: piece)
                let own = share.flatMap { [Double($0), 1 / Double($0 + 3)] }
                let all = try distribution.gather(own, width: 2, count: count, inPieces: piece)
                return (share, all)
            }
            let rows = results.map(\.0).flatMap { Array($0) }
            #expect(rows == Array(0..<count))
            let expected = (0..<count).flatMap { [Double($0), 1 / Double($0 + 3)] }
            for (share, all) in results {
                #expect(share.isEmpty || share.lowerBound.isMultiple(of: piece))
                #expect(all == expected)
            }
        }
    }
}
