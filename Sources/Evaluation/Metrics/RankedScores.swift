/// Scores of one binary question in rising order, so that ROC AUC and average precision are one
/// pass, for any weights of the rows (the bootstrap's).
package struct RankedScores: Sendable {
    /// By rising score: the row, whether it is positive, whether its score equals the next one's.
    private let entries: [UInt32]

    private static let tied: UInt32 = 1 << 31
    private static let positive: UInt32 = 1 << 30
    private static let row: UInt32 = positive - 1
    /// The largest number of rows that an entry can name.
    static let maximumRows = Int(row) + 1

    /// - Parameters:
    ///   - values: a score an entry.
    ///   - width: entries a row: 1, or the number of classes where all are pooled.
    package init(_ values: [Double], width: Int = 1, isPositive: (_ entry: Int) -> Bool) {
        var sorted = values.indices.map { Entry(value: values[$0], index: UInt32($0)) }
        sorted.sort { $0.value < $1.value }
        entries = sorted.indices.map { position in
            let entry = sorted[position]
            let isTied =
                position + 1 < sorted.count && sorted[position + 1].value == entry.value
            return UInt32(Int(entry.index) / width) | (isTied ? Self.tied : 0)
                | (isPositive(Int(entry.index)) ? Self.positive : 0)
        }
    }

    private struct Entry {
        let value: Double
        let index: UInt32
    }

    /// ROC AUC by the rank sum (Mann and Whitney, 1947), ties counted half, and average precision
    /// `sum (R_n - R_(n-1)) P_n` over the thresholds; NaN without positives (AUC: or negatives).
    func areas(_ weights: LaneWeights) -> (auc: Lanes, averagePrecision: Lanes) {
        let all = totals(weights)
        var (positives, negatives) = (Lanes.zero, Lanes.zero)
        // Twice the number of pairs in the right order: whole numbers, exact below 2^53.
        var (pairs, precisions) = (Lanes.zero, Lanes.zero)
        forEachTie(weights) { tiePositives, tieNegatives in
            pairs += tiePositives * (2 * negatives + tieNegatives)
            let (found, taken) = (
                all.positives - positives, all.positives + all.negatives - positives - negatives
            )
            // Nothing taken means nothing found: 0, not 0/0.
            precisions += tiePositives * found / pointwiseMax(taken, Lanes.one)
            positives += tiePositives
            negatives += tieNegatives
        } skip: {
            negatives += $0
        }
        let auc = pairs / (2 * all.positives * all.negatives)
        return (auc, precisions / all.positives)
    }

    /// The same of every row counted once; nil without positives or without negatives.
    package var areas: (auc: Double, averagePrecision: Double)? {
        let total = counts
        guard total.positives > 0, total.negatives > 0 else { return nil }
        var (positives, negatives, pairs, precisions) = (0.0, 0.0, 0.0, 0.0)
        forEachTie { tiePositives, tieNegatives in
            pairs += tiePositives * (2 * negatives + tieNegatives)
            let found = total.positives - positives
            precisions += tiePositives * found / (found + total.negatives - negatives)
            positives += tiePositives
            negatives += tieNegatives
        }
        return (
            pairs / (2 * total.positives * total.negatives), precisions / total.positives
        )
    }

    /// The variance of the ROC AUC (DeLong, DeLong and Clarke-Pearson, 1988), every row counted
    /// once; nil with less than two positives or two negatives.
    func aucVariance(_ auc: Double) -> Double? {
        var below = (positives: 0.0, negatives: 0.0)
        let total = counts
        guard total.positives > 1, total.negatives > 1 else { return nil }
        var (squares10, squares01) = (0.0, 0.0)
        forEachTie { positives, negatives in
            let placed = (below.negatives + negatives / 2) / total.negatives - auc
            let above = 1 - (below.positives + positives / 2) / total.positives - auc
            squares10 += positives * placed * placed
            squares01 += negatives * above * above
            below = (below.positives + positives, below.negatives + negatives)
        }
        return squares10 / (total.positives - 1) / total.positives
            + squares01 / (total.negatives - 1) / total.negatives
    }

    /// Positives and negatives, every row counted once.
    package var counts: (positives: Double, negatives: Double) {
        let positives = Double(entries.count { $0 & Self.positive != 0 })
        return (positives, Double(entries.count) - positives)
    }

    /// Calls `body` with the number of positives and negatives of every score, rising.
    package func forEachTie(_ body: (_ positives: Double, _ negatives: Double) -> Void) {
        var (positives, negatives) = (0.0, 0.0)
        for entry in entries {
            if entry & Self.positive != 0 { positives += 1 } else { negatives += 1 }
            if entry & Self.tied != 0 { continue }
            body(positives, negatives)
            (positives, negatives) = (0, 0)
        }
    }

    /// A row of each score, rising: where a threshold can stand.
    var tieRows: [Int] {
        entries.filter { $0 & Self.tied == 0 }.map { Int($0 & Self.row) }
    }

    /// Whether a positive and a negative have the same score.
    var hasTiedPairs: Bool {
        var found = false
        forEachTie { positives, negatives in found = found || positives > 0 && negatives > 0 }
        return found
    }

    private func totals(_ weights: LaneWeights) -> (positives: Lanes, negatives: Lanes) {
        var (positives, negatives) = (Lanes.zero, Lanes.zero)
        weights.rows.withUnsafeBufferPointer { rows in
            for entry in entries {
                let weight = rows[Int(entry & Self.row)]
                if entry & Self.positive != 0 { positives += weight } else { negatives += weight }
            }
        }
        return (positives, negatives)
    }

    /// `body` for every score with positives, `skip` for one with negatives only.
    @inline(__always)
    private func forEachTie(
        _ weights: LaneWeights, _ body: (Lanes, Lanes) -> Void, skip: (Lanes) -> Void
    ) {
        var (positives, negatives, isMixed) = (Lanes.zero, Lanes.zero, false)
        weights.rows.withUnsafeBufferPointer { rows in
            for entry in entries {
                let weight = rows[Int(entry & Self.row)]
                if entry & Self.positive != 0 {
                    positives += weight
                    isMixed = true
                } else {
                    negatives += weight
                }
                if entry & Self.tied != 0 { continue }
                if isMixed { body(positives, negatives) } else { skip(negatives) }
                (positives, negatives, isMixed) = (.zero, .zero, false)
            }
        }
    }
}
