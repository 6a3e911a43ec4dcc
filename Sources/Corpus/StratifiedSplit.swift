/// A split that keeps every class's share: scikit-learn's `train_test_split` with `stratify`,
/// twice (first train against the rest, then the rest into validation and test), row for row and
/// in its order, for the same `random_state`.
///
/// scikit-learn refuses classes that are too small for that. Here a class of one image goes to
/// the training split, and a class of two gives one image to training and one to test.
package enum StratifiedSplit {
    /// The rows of each split.
    /// - Parameter classes: the class number of each row; classes are numbered in the order of
    ///   their sorted texts.
    package static func rows(classes: [Int], ratios: SplitRatios, seed: UInt32) -> [SplitName:
        [Int]]
    {
        var members: [Int: [Int]] = [:]
        for (row, number) in classes.enumerated() { members[number, default: []].append(row) }
        let large = classes.indices.filter { members[classes[$0], default: []].count > 2 }
        let rest = ratios.validation + ratios.test
        let (train, others) = divide(large, classes, share: rest, seed)
        let (validation, test) = divide(
            others, classes, share: rest > 0 ? ratios.test / rest : 0, seed)
        var splits: [SplitName: [Int]] = [.train: train, .validation: validation, .test: test]
        place(members.filter { $0.value.count <= 2 }, ratios, in: &splits)
        return splits
    }

    /// The few images of tiny classes, in the order train, test, validation; splits that shall
    /// be empty stay so.
    private static func place(
        _ tiny: [Int: [Int]], _ ratios: SplitRatios, in splits: inout [SplitName: [Int]]
    ) {
        let order = [SplitName.train, .test, .validation].filter { ratios[$0] > 0 }
        for (_, rows) in tiny.sorted(by: { $0.key < $1.key }) {
            for (row, place) in zip(rows, rows.indices) {
                splits[order[place % order.count], default: []].append(row)
            }
        }
    }

    /// `train_test_split(rows, test_size=share, random_state=seed, stratify=classes)`.
    private static func divide(
        _ rows: [Int], _ classes: [Int], share: Double, _ seed: UInt32
    ) -> (kept: [Int], taken: [Int]) {
        // Shares come from sums such as 0.1 + 0.2; their noise must not round up a whole row.
        let wanted = Int((share * Double(rows.count) - 1e-9).rounded(.up))
        var random = NumPyRandom(seed: seed)
        let groups = Dictionary(grouping: rows) { classes[$0] }
            .sorted { $0.key < $1.key }.map(\.value)
        let sizes = groups.map(\.count)
        let kept = draws(rows.count - wanted, from: sizes, &random)
        let taken = draws(wanted, from: zip(sizes, kept).map { $0 - $1 }, &random)
        var result: (kept: [Int], taken: [Int]) = ([], [])
        for (group, (keep, take)) in zip(groups, zip(kept, taken)) {
            let shuffled = random.permutation(group)
            result.kept += shuffled[..<keep]
            result.taken += shuffled[keep..<(keep + take)]
        }
        return (random.permutation(result.kept), random.permutation(result.taken))
    }

    /// How many to draw from each class: the whole part of its share, then one more for the
    /// largest remainders; among equal remainders chance decides.
    private static func draws(
        _ count: Int, from sizes: [Int], _ random: inout NumPyRandom
    ) -> [Int] {
        let total = Double(sizes.reduce(0, +))
        guard total > 0 else { return sizes.map { _ in 0 } }
        let shares = sizes.map { Double($0) / total * Double(count) }
        var draws = shares.map { Int($0) }
        let remainders = zip(shares, draws).map { $0 - Double($1) }
        var missing = count - draws.reduce(0, +)
        for value in Set(remainders).sorted(by: >) where missing > 0 {
            let equal = remainders.indices.filter { remainders[$0] == value }
            for index in random.permutation(equal).prefix(missing) { draws[index] += 1 }
            missing -= min(missing, equal.count)
        }
        return draws
    }
}
