internal import Files

/// A split in which a group's images stay together, with every class's share kept as near as
/// that allows.
///
/// Groups are placed one after the other, large ones first (equal ones in a seeded order), each
/// where it brings the counts of its classes and of all images closest to their targets: least
/// increase of the squared deviations, relative to the class's size (after the iterative
/// stratification of Sechidis, Tsoumakas and Vlahavas, 2011).
package enum GroupedSplit {
    /// The rows of each split, in ascending order.
    package static func rows(
        classes: [Int], groups: [String], ratios: SplitRatios, seed: UInt32
    ) -> [SplitName: [Int]] {
        var state = Placement(classes, ratios)
        var splits: [SplitName: [Int]] = [.train: [], .validation: [], .test: []]
        for rows in order(groups, seed: seed) {
            let split = state.place(rows.map { classes[$0] })
            splits[split, default: []] += rows
        }
        return splits.mapValues { $0.sorted() }
    }

    private static func order(_ groups: [String], seed: UInt32) -> [[Int]] {
        let members = Dictionary(grouping: groups.indices) { groups[$0] }
        var order = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map(\.value)
        var generator = SeededGenerator(
            seed: UInt64(seed), SeededGenerator.stream("grouped split"))
        generator.shuffle(&order)
        // Stable by construction: equal sizes keep the shuffled order.
        return order.enumerated()
            .sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
            .map(\.element)
    }

    /// What has been placed so far, against what each split shall have.
    private struct Placement {
        private let ratios: SplitRatios
        private let sizes: [Int: Int]
        private let total: Int
        private var placed: [SplitName: [Int: Int]] = [:]
        private var counts: [SplitName: Int] = [:]

        init(_ classes: [Int], _ ratios: SplitRatios) {
            self.ratios = ratios
            total = classes.count
            sizes = classes.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }

        mutating func place(_ classes: [Int]) -> SplitName {
            let group = classes.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
                .sorted { $0.key < $1.key }
            let open = SplitName.allCases.filter { ratios[$0] > 0 }
            let costs = open.map { cost(of: group, classes.count, in: $0) }
            let best = costs.indices.min { costs[$0] < costs[$1] } ?? 0
            let split = open[best]
            counts[split, default: 0] += classes.count
            for (number, count) in group {
                placed[split, default: [:]][number, default: 0] += count
            }
            return split
        }

        private func cost(
            of group: [(key: Int, value: Int)], _ size: Int, in split: SplitName
        ) -> Double {
            var cost = increase(counts[split] ?? 0, size, of: total, split)
            for (number, count) in group {
                cost += increase(
                    placed[split]?[number] ?? 0, count, of: sizes[number] ?? count, split)
            }
            return cost
        }

        /// How much the squared relative deviation grows when `more` join `there`.
        private func increase(
            _ there: Int, _ more: Int, of size: Int, _ split: SplitName
        ) -> Double {
            let target = ratios[split] * Double(size)
            let before = Double(there) - target
            let after = before + Double(more)
            return (after * after - before * before) / (Double(size) * Double(size))
        }
    }
}
