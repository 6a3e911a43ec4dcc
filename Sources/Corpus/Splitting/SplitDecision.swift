internal import CambiumFiles

/// What a split is decided on, a value a row.
struct SplitRows {
    let keys: [String]
    /// The class numbers.
    let classes: [Int]
    /// What shares are kept of: the classes, or coarser parts.
    let strata: [Int]
    /// What stays together.
    var groups: RowGroups
    /// The splits, where they are given and not drawn.
    let fixed: [SplitName]?
}

/// Which image goes where, by which rule, and how near the shares came.
struct SplitDecision {
    /// The rows of each split, in the order in which they are written.
    let rows: [SplitName: [Int]]
    /// The part of `dataset.json` that describes it.
    private(set) var description: [String: JSON]
    /// What each split should have of every class; nil where splits are given.
    let asked: SplitRatios?
    /// Whether classes were divided as groups allow, so that the deviation is worth telling.
    let isGrouped: Bool

    /// Decides: splits that come with the images, else groups, else classes alone.
    /// - Throws: when more images are asked for than there are.
    init(_ input: SplitRows, options: PrepareOptions, sortsFixed: Bool) throws(CorpusError) {
        let seed = options.seed
        if let fixed = input.fixed {
            var facts = input.groups.description
            if let divided = input.groups.divided(by: fixed) {
                facts["groups_divided"] = .integer(divided.count)
            }
            facts["rule"] = "given"
            let rows = Self.given(fixed, input.keys, sorted: sortsFixed)
            self.init(rows: rows, description: facts, asked: nil, isGrouped: false)
            return
        }
        let count = input.classes.count
        let counts = options.splitCounts
        if let counts, counts.total > count {
            throw .dataSet(
                path: options.folder,
                reason: "the split asks for \(counts.total) images, but only \(count) can be used")
        }
        let ratios = counts?.ratios(of: count) ?? options.ratios ?? .standard
        var facts = input.groups.description
        facts["seed"] = .integer(Int(seed))
        if let counts {
            facts["images"] = .object(Self.members { .integer(counts[$0]) })
        } else {
            facts["ratios"] = .object(Self.members { .number(ratios[$0]) })
        }
        let rows: [SplitName: [Int]]
        if let groups = input.groups.units {
            facts["rule"] = "grouped"
            rows = GroupedSplit.rows(
                classes: input.strata, groups: groups, ratios: ratios, seed: seed)
        } else {
            facts["rule"] = "stratified"
            rows =
                counts.map {
                    StratifiedSplit.rows(classes: input.strata, counts: $0, seed: seed)
                } ?? StratifiedSplit.rows(classes: input.strata, ratios: ratios, seed: seed)
        }
        self.init(
            rows: rows, description: facts, asked: ratios, isGrouped: input.groups.units != nil)
        describeDeviation(input.classes)
    }

    /// K data sets in which every image is tested once: a fold tests, the next one validates
    /// (from three folds on), the others are trained on.
    static func folds(
        _ input: SplitRows, count: Int, options: PrepareOptions
    ) throws(CorpusError) -> [SplitDecision] {
        let (groups, seed) = (input.groups.units, options.seed)
        let parts = groups.map { Set($0).count } ?? input.classes.count
        guard parts >= count else {
            throw .dataSet(
                path: options.folder,
                reason: "\(count) folds need as many \(groups == nil ? "images" : "groups"), "
                    + "but there are \(parts)")
        }
        let folds =
            groups.map {
                GroupedFolds.folds(classes: input.strata, groups: $0, count: count, seed: seed)
            } ?? StratifiedFolds.folds(classes: input.strata, count: count, seed: seed)
        let share = 1 / Double(count)
        let validation = count > 2 ? share : 0
        let asked = SplitRatios(1 - share - validation, validation, share)
        return (0..<count).map { fold in
            var facts = input.groups.description
            facts["rule"] = groups == nil ? "stratified folds" : "grouped folds"
            facts["seed"] = .integer(Int(seed))
            (facts["folds"], facts["fold"]) = (.integer(count), .integer(fold))
            let next = count > 2 ? (fold + 1) % count : count
            var rows: [SplitName: [Int]] = [:]
            for (row, place) in folds.enumerated() {
                let split: SplitName = place == fold ? .test : place == next ? .validation : .train
                rows[split, default: []].append(row)
            }
            var decision = SplitDecision(
                rows: rows, description: facts, asked: asked, isGrouped: groups != nil)
            decision.describeDeviation(input.classes)
            return decision
        }
    }

    private init(
        rows: [SplitName: [Int]], description: [String: JSON], asked: SplitRatios?,
        isGrouped: Bool
    ) {
        (self.rows, self.description, self.asked) = (rows, description, asked)
        self.isGrouped = isGrouped
    }

    private static func members(_ value: (SplitName) -> JSON) -> [String: JSON] {
        Dictionary(uniqueKeysWithValues: SplitName.allCases.map { ($0.rawValue, value($0)) })
    }

    private static func given(
        _ fixed: [SplitName], _ keys: [String], sorted: Bool
    ) -> [SplitName: [Int]] {
        var order = Array(keys.indices)
        if sorted { order.sort { keys[$0].utf8.lexicographicallyPrecedes(keys[$1].utf8) } }
        return order.reduce(into: [:]) { $0[fixed[$1], default: []].append($1) }
    }

    private mutating func describeDeviation(_ classes: [Int]) {
        let worst = deviations(classes).lazy.flatMap(\.value).map { abs($0) }.max() ?? 0
        description["largest_deviation"] = .number((worst * 1e6).rounded() / 1e6)
    }

    /// By class number: the share found less the share asked, for train, validation and test.
    func deviations(_ classes: [Int]) -> [Int: [Double]] {
        guard let asked else { return [:] }
        let sizes = classes.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        let counts = SplitName.allCases.map { name in
            (rows[name] ?? []).reduce(into: [Int: Int]()) { $0[classes[$1], default: 0] += 1 }
        }
        return sizes.reduce(into: [:]) { result, item in
            result[item.key] = zip(SplitName.allCases, counts).map { name, counts in
                Double(counts[item.key] ?? 0) / Double(item.value) - asked[name]
            }
        }
    }
}
