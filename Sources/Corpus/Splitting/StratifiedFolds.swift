/// K folds that keep every class's share: scikit-learn's `StratifiedKFold` with `shuffle=True`,
/// row for row for the same `random_state`.
package enum StratifiedFolds {
    /// The fold of each row, from 0.
    package static func folds(classes: [Int], count: Int, seed: UInt32) -> [Int] {
        var folds = [Int](repeating: 0, count: classes.count)
        var random = NumPyRandom(seed: seed)
        var start = 0
        for rows in members(classes) {
            // The class's part of all rows dealt out in turn.
            var dealt = [Int](repeating: 0, count: count)
            for place in start..<(start + rows.count) { dealt[place % count] += 1 }
            start += rows.count
            let blocks = dealt.enumerated().flatMap { repeatElement($0.offset, count: $0.element) }
            for (row, fold) in zip(rows, random.permutation(blocks)) { folds[row] = fold }
        }
        return folds
    }

    /// The rows of each class, the class that appears first in front.
    private static func members(_ classes: [Int]) -> [[Int]] {
        var places: [Int: Int] = [:]
        var members: [[Int]] = []
        for (row, number) in classes.enumerated() {
            if let place = places[number] {
                members[place].append(row)
            } else {
                places[number] = members.count
                members.append([row])
            }
        }
        return members
    }
}
