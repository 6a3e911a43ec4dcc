internal import CambiumFiles

/// Rows of one class and source, and how many of them an epoch should hold.
struct SampledGroup: Sendable {
    var rows: [Int] = []
    var share = 0.0

    /// The groups of all classes and sources, in the order of their first rows.
    static func all(
        _ labels: [RowLabel?], _ sources: [(count: Int, weight: Double)], _ sampler: Sampler
    ) -> [SampledGroup] {
        var groups: [SampledGroup] = []
        var classes: [String?] = []
        var numbers: [String?: Int] = [:]
        var start = 0
        for (count, weight) in sources {
            // A class of another source is another group.
            numbers.removeAll()
            for row in start..<(start + count) {
                // The default sampler does not look at classes.
                let name =
                    sampler == .natural
                    ? nil : labels[row].flatMap { $0.classID == nil ? nil : $0.className }
                let number = numbers[name] ?? groups.count
                if number == groups.count {
                    numbers[name] = number
                    groups.append(SampledGroup())
                    classes.append(name)
                }
                groups[number].rows.append(row)
                groups[number].share += weight
            }
            start += count
        }
        weigh(&groups, classes, sampler)
        return groups
    }

    /// From rows times weight to the sampler's shares; what has no class stays as it is.
    private static func weigh(
        _ groups: inout [SampledGroup], _ classes: [String?], _ sampler: Sampler
    ) {
        var sizes: [String: Double] = [:]
        for (group, name) in zip(groups, classes) {
            if let name { sizes[name, default: 0] += group.share }
        }
        // Summed in the groups' order: a dictionary's order would change the last bits.
        var seen: Set<String> = []
        let names = classes.compactMap { $0 }.filter { seen.insert($0).inserted }
        let rows = names.reduce(0) { $0 + (sizes[$1] ?? 0) }
        let weights = names.reduce(0) { $0 + sampler.weight(sizes[$1] ?? 0) }
        for (index, name) in classes.enumerated() {
            guard let name, let size = sizes[name] else { continue }
            groups[index].share *= rows / weights * sampler.weight(size) / size
        }
    }
}

/// Whole numbers of rows for shares that are not whole.
struct SampledShares: Sendable {
    private let groups: [SampledGroup]
    /// Where each group's share ends when all are laid in a row.
    private let ends: [Double]

    /// Shares scaled to `count` rows.
    init(_ groups: [SampledGroup], count: Int) {
        self.groups = groups
        let total = groups.reduce(0) { $0 + $1.share }
        var sum = 0.0
        var ends = groups.map { group in
            sum += group.share
            return sum / total * Double(count)
        }
        if !ends.isEmpty { ends[ends.count - 1] = Double(count) }
        self.ends = ends
    }

    /// The rows of an epoch, group by group.
    func rows(epoch: Int, seed: UInt64) -> [Int] {
        var starts = [Int](repeating: 0, count: groups.count)
        for earlier in 0..<max(epoch, 0) {
            addCounts(epoch: earlier, to: &starts)
        }
        var stops = starts
        addCounts(epoch: epoch, to: &stops)
        return groups.indices.flatMap { group in
            rows(of: group, starts[group]..<stops[group], seed: seed)
        }
    }

    /// Systematic sampling: the ends moved by a part of a row, cut to whole numbers. The parts are
    /// multiples of the golden ratio, so that they are spread evenly over any run of epochs.
    private func addCounts(epoch: Int, to counts: inout [Int]) {
        let turn = 0.5 + Double(epoch) * 0.6180339887498949
        let part = turn - turn.rounded(.down)
        var last = 0
        for (group, end) in ends.enumerated() {
            let next = Int((end + part).rounded(.down))
            counts[group] += next - last
            last = next
        }
    }

    /// Places of the endless sequence of a group's permutations.
    private func rows(of group: Int, _ places: Range<Int>, seed: UInt64) -> [Int] {
        let own = groups[group].rows
        var result: [Int] = []
        var place = places.lowerBound
        while place < places.upperBound {
            let pass = place / own.count
            var order = own
            var generator = SeededGenerator(
                seed: seed, SeededGenerator.stream("sampler"), UInt64(group), UInt64(pass))
            generator.shuffle(&order)
            let stop = min(places.upperBound, (pass + 1) * own.count)
            result += order[(place - pass * own.count)..<(stop - pass * own.count)]
            place = stop
        }
        return result
    }
}
