internal import CambiumFiles

/// A split in which a group's images stay together, with every class's share kept as near as
/// that allows.
///
/// Groups are placed one after the other, large ones first (equal ones in a seeded order), each
/// where it brings the counts of its classes and of all images closest to their targets: least
/// increase of the squared deviations, relative to the class's size (after the iterative
/// stratification of Sechidis, Tsoumakas and Vlahavas, 2011).
package enum GroupedSplit {
    /// The rows of each split, in ascending order. Where the shares add up to less than 1, the
    /// rest stands in none.
    package static func rows(
        classes: [Int], groups: [String], ratios: SplitRatios, seed: UInt32
    ) -> [SplitName: [Int]] {
        let names = SplitName.allCases
        let rest = 1 - names.reduce(0) { $0 + ratios[$1] }
        let shares = names.map { ratios[$0] } + [rest > 1e-9 ? rest : 0]
        var placement = GroupPlacement(classes, shares)
        var places = shares.map { _ in [Int]() }
        let members = GroupMembers(groups)
        for group in order(members, seed: seed) {
            let rows = members.rows(of: group)
            places[placement.place(rows.map { classes[$0] })] += rows
        }
        return Dictionary(uniqueKeysWithValues: zip(names, places.map { $0.sorted() }))
    }

    /// The groups' numbers, in the order in which they are placed.
    private static func order(_ members: GroupMembers, seed: UInt32) -> [Int] {
        var order = members.names.indices.sorted {
            members.names[$0].utf8.lexicographicallyPrecedes(members.names[$1].utf8)
        }
        var generator = SeededGenerator(
            seed: UInt64(seed), SeededGenerator.stream("grouped split"))
        generator.shuffle(&order)
        // Stable by construction: equal sizes keep the shuffled order.
        return order.enumerated()
            .sorted {
                (members.count(of: $1.element), $0.offset)
                    < (members.count(of: $0.element), $1.offset)
            }
            .map(\.element)
    }
}

/// The rows of each group, in two lists for all groups: as many groups as rows need no list each.
private struct GroupMembers {
    /// The names, by the first row.
    private(set) var names: [String] = []
    private var starts: [Int32] = [0]
    private var rows: [Int32] = []

    init(_ groups: [String]) {
        var numbers: [String: Int32] = [:]
        var counts: [Int32] = []
        let ofRow = groups.map { name in
            if let number = numbers[name] {
                counts[Int(number)] += 1
                return number
            }
            let number = Int32(names.count)
            numbers[name] = number
            names.append(name)
            counts.append(1)
            return number
        }
        for count in counts { starts.append((starts.last ?? 0) + count) }
        var next = starts
        rows = Array(repeating: 0, count: groups.count)
        for (row, number) in ofRow.enumerated() {
            rows[Int(next[Int(number)])] = Int32(row)
            next[Int(number)] += 1
        }
    }

    func count(of group: Int) -> Int { Int(starts[group + 1] - starts[group]) }

    /// In ascending order.
    func rows(of group: Int) -> [Int] {
        rows[Int(starts[group])..<Int(starts[group + 1])].map(Int.init)
    }
}

/// What has been placed so far, against what each place shall have.
private struct GroupPlacement {
    private let shares: [Double]
    private let open: [Int]
    private let total: Int
    private var sizes: [Int: Int] = [:]
    private var placed: [[Int: Int]]
    private var counts: [Int]

    /// - Parameter shares: of each place; they add up to 1.
    init(_ classes: [Int], _ shares: [Double]) {
        self.shares = shares
        open = shares.indices.filter { shares[$0] > 0 }
        total = classes.count
        for number in classes { sizes[number, default: 0] += 1 }
        placed = shares.map { _ in [:] }
        counts = shares.map { _ in 0 }
    }

    /// Places a group; gives the number of its place.
    mutating func place(_ classes: [Int]) -> Int {
        let group = classes.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
            .sorted { $0.key < $1.key }
        let costs = open.map { cost(of: group, classes.count, in: $0) }
        let best = open[costs.indices.min { costs[$0] < costs[$1] } ?? 0]
        counts[best] += classes.count
        for (number, count) in group { placed[best][number, default: 0] += count }
        return best
    }

    private func cost(of group: [(key: Int, value: Int)], _ size: Int, in place: Int) -> Double {
        var cost = increase(counts[place], size, of: total, place)
        for (number, count) in group {
            cost += increase(
                placed[place][number] ?? 0, count, of: sizes[number] ?? count, place)
        }
        return cost
    }

    /// How much the squared relative deviation grows when `more` join `there`.
    private func increase(_ there: Int, _ more: Int, of size: Int, _ place: Int) -> Double {
        let target = shares[place] * Double(size)
        let before = Double(there) - target
        let after = before + Double(more)
        return (after * after - before * before) / (Double(size) * Double(size))
    }
}
