/// K folds in which a group's images stay together: scikit-learn's `StratifiedGroupKFold` with
/// `shuffle=True`, row for row for the same `random_state`.
///
/// Groups are placed one after the other, those with the most uneven classes first, each in the
/// fold where the classes' shares then differ least between the folds.
package enum GroupedFolds {
    /// The fold of each row, from 0.
    package static func folds(
        classes: [Int], groups: [String], count: Int, seed: UInt32
    ) -> [Int] {
        let table = GroupCounts(classes, groups)
        var random = NumPyRandom(seed: seed)
        let shuffled = random.permutation(Array(table.counts.indices))
        let spreads = shuffled.map { NumPyMath.deviation(table.counts[$0]) }
        // The shuffled order stays among equals.
        let order = shuffled.indices.sorted { (-spreads[$0], $0) < (-spreads[$1], $1) }
        var fill = FoldFill(sizes: table.sizes, folds: count)
        var foldOfGroup = [Int](repeating: 0, count: table.counts.count)
        for place in order {
            foldOfGroup[shuffled[place]] = fill.place(table.counts[shuffled[place]])
        }
        return table.groupOfRow.map { foldOfGroup[$0] }
    }
}

/// How many images of each class each group has; groups in the order of their names.
private struct GroupCounts {
    let groupOfRow: [Int]
    private(set) var counts: [[Double]]
    private(set) var sizes: [Double]

    init(_ classes: [Int], _ groups: [String]) {
        let names = Set(groups).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        let numbers = Set(classes).sorted()
        let columns = Dictionary(uniqueKeysWithValues: zip(numbers, numbers.indices))
        groupOfRow = groups.map { places[$0] ?? 0 }
        counts = names.map { _ in [Double](repeating: 0, count: numbers.count) }
        sizes = [Double](repeating: 0, count: numbers.count)
        for (group, number) in zip(groupOfRow, classes) {
            let column = columns[number] ?? 0
            counts[group][column] += 1
            sizes[column] += 1
        }
    }
}

/// What has been placed in each fold so far.
private struct FoldFill {
    private let sizes: [Double]
    private var counts: [[Double]]
    private var shares: [[Double]]

    init(sizes: [Double], folds: Int) {
        self.sizes = sizes
        let empty = [Double](repeating: 0, count: sizes.count)
        counts = [[Double]](repeating: empty, count: folds)
        shares = counts
    }

    /// Places a group in the best fold; among folds as good, the one with fewest images.
    mutating func place(_ group: [Double]) -> Int {
        var (best, least, fewest) = (0, Double.infinity, Double.infinity)
        for fold in counts.indices {
            let value = unevenness(with: group, in: fold)
            let images = NumPyMath.sum(counts[fold])
            let close = abs(value - least) <= 1e-8 + 1e-5 * abs(least)
            if value < least || close && images < fewest {
                (best, least, fewest) = (fold, value, images)
            }
        }
        counts[best] = zip(counts[best], group).map(+)
        shares[best] = zip(counts[best], sizes).map(/)
        return best
    }

    /// The mean over the classes of the deviation of their shares between the folds, were the
    /// group in this one.
    private func unevenness(with group: [Double], in fold: Int) -> Double {
        let changed = zip(zip(counts[fold], group).map(+), sizes).map(/)
        let folds = Double(counts.count)
        let deviations = sizes.indices.map { column -> Double in
            var total = 0.0
            for other in shares.indices {
                total += other == fold ? changed[column] : shares[other][column]
            }
            let mean = total / folds
            var squares = 0.0
            for other in shares.indices {
                let value = other == fold ? changed[column] : shares[other][column]
                squares += (value - mean) * (value - mean)
            }
            return (squares / folds).squareRoot()
        }
        return NumPyMath.sum(deviations) / Double(deviations.count)
    }
}

/// Sums in NumPy's order, so that what is equal there is equal here.
enum NumPyMath {
    /// `numpy.std`.
    static func deviation(_ values: [Double]) -> Double {
        let mean = sum(values) / Double(values.count)
        return (sum(values.map { ($0 - mean) * ($0 - mean) }) / Double(values.count)).squareRoot()
    }

    /// `numpy.sum` of values that lie side by side: pairwise, in blocks of 128 with eight sums.
    static func sum(_ values: [Double]) -> Double { sum(values[...]) }

    private static func sum(_ values: ArraySlice<Double>) -> Double {
        guard values.count >= 8 else { return values.reduce(0, +) }
        guard values.count <= 128 else {
            let half = values.count / 2
            let middle = values.startIndex + half - half % 8
            return sum(values[..<middle]) + sum(values[middle...])
        }
        var sums = Array(values.prefix(8))
        let whole = values.count - values.count % 8
        for offset in 8..<max(whole, 8) { sums[offset % 8] += values[values.startIndex + offset] }
        let total =
            ((sums[0] + sums[1]) + (sums[2] + sums[3]))
            + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
        return values.suffix(values.count - whole).reduce(total, +)
    }
}
