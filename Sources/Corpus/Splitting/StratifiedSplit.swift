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
        let others = Self.size(rest, of: large.count)
        let first = divide(large, classes, large.count - others, others, seed)
        let share = rest > 0 ? ratios.test / rest : 0
        let testSize = Self.size(share, of: others)
        let (validation, test) = divide(
            first.taken, classes, others - testSize, testSize, seed)
        let train = first.kept
        var splits: [SplitName: [Int]] = [.train: train, .validation: validation, .test: test]
        place(members.filter { $0.value.count <= 2 }, ratios, in: &splits)
        return splits
    }

    /// The rows of each split for given numbers of images: `train_test_split` with whole numbers
    /// as `train_size` and `test_size`, twice. Rows that are not drawn stand in none. The numbers
    /// are exact, so that small classes may miss a split.
    /// - Precondition: there are at least as many rows as are drawn.
    package static func rows(
        classes: [Int], counts: SplitCounts, seed: UInt32
    ) -> [SplitName: [Int]] {
        let others = counts.validation + counts.test
        let (train, rest) = divide(
            Array(classes.indices), classes, counts.train, others, seed)
        let (validation, test) = divide(rest, classes, counts.validation, counts.test, seed)
        return [.train: train, .validation: validation, .test: test]
    }

    /// Shares come from sums such as 0.1 + 0.2; their noise must not round up a whole row.
    private static func size(_ share: Double, of count: Int) -> Int {
        Int((share * Double(count) - 1e-9).rounded(.up))
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

    /// `train_test_split(rows, train_size=keep, test_size=take, random_state=seed,
    /// stratify=classes)`.
    private static func divide(
        _ rows: [Int], _ classes: [Int], _ keep: Int, _ take: Int, _ seed: UInt32
    ) -> (kept: [Int], taken: [Int]) {
        var random = NumPyRandom(seed: seed)
        let groups = Dictionary(grouping: rows) { classes[$0] }
            .sorted { $0.key < $1.key }.map(\.value)
        let sizes = groups.map(\.count)
        let kept = draws(keep, from: sizes, &random)
        let taken = draws(take, from: zip(sizes, kept).map { $0 - $1 }, &random)
        var result: (kept: [Int], taken: [Int]) = ([], [])
        for (group, (keep, take)) in zip(groups, zip(kept, taken)) {
            let shuffled = random.permutation(group)
            result.kept += shuffled.prefix(keep)
            result.taken += shuffled.dropFirst(keep).prefix(take)
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
