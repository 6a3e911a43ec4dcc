/// What a reader must know beside the numbers: what is undefined and why, what is left out of a
/// mean, ties, and supports too small to say much.
enum MetricNotes {
    /// Fewer rows of a class than this are said.
    static let smallSupport = 10

    static func explain(
        _ classes: [ClassMetrics], scored: Bool, notes: inout [String: String]
    ) {
        for entry in classes {
            let name = "per_class.\(entry.label.id)"
            if entry.sensitivity == nil {
                notes["\(name).sensitivity"] = "undefined: the class does not occur in the truth"
            }
            if entry.specificity == nil {
                notes["\(name).specificity"] = "undefined: the truth holds no other class"
            }
            if entry.auc == nil, scored {
                notes["\(name).auc"] = "undefined: positives and negatives are needed"
            } else if entry.auc == nil {
                notes["\(name).auc"] = "undefined: there are predictions only, no scores"
            }
        }
        if scored {
            means(classes, notes: &notes)
        } else {
            for name in ["mauc", "map", "top_k_accuracy"] {
                notes[name] = "undefined: there are predictions only, no scores"
            }
        }
        supports(classes.map { ($0.label.id, $0.support) }, notes: &notes)
    }

    private static func means(_ classes: [ClassMetrics], notes: inout [String: String]) {
        notes["mauc"] = leftOut(
            classes.filter { $0.auc == nil }.map(\.label.id), of: classes.count,
            "classes without positives or without negatives")
        notes["map"] = leftOut(
            classes.filter { $0.averagePrecision == nil }.map(\.label.id), of: classes.count,
            "classes without positives")
    }

    /// Says which classes a mean leaves out; nil where there are none.
    static func leftOut(_ ids: [Int], of count: Int, _ reason: String) -> String? {
        guard !ids.isEmpty else { return nil }
        let list = ids.map(String.init).joined(separator: ", ")
        let mean =
            ids.count == count ? "undefined" : "mean over \(count - ids.count) of \(count)"
        return "\(mean): \(reason) left out: \(list)"
    }

    /// Says which classes are missing and which are rare.
    static func supports(_ supports: [(id: Int, rows: Int)], notes: inout [String: String]) {
        let missing = supports.filter { $0.rows == 0 }.map { "\($0.id)" }
        if !missing.isEmpty {
            notes["missing_classes"] =
                "not in the truth: \(missing.joined(separator: ", ")); macro averages over all "
                + "classes count them as 0, macro_present leaves them out unless predicted"
        }
        let small = supports.filter { $0.rows > 0 && $0.rows < smallSupport }
        if !small.isEmpty {
            let list = small.map { "\($0.id) (\($0.rows))" }.joined(separator: ", ")
            notes["small_supports"] =
                "fewer than \(smallSupport) rows, so that their numbers say little: \(list)"
        }
    }

    static func explain(
        _ rows: RowScores?, _ ranked: [Rankings.Column], pooled: Bool,
        notes: inout [String: String]
    ) {
        guard let rows else { return }
        if rows.tiedTops > 0 {
            notes["ties"] =
                "in \(rows.tiedTops) of \(rows.confidence.count) rows several classes share the "
                + "highest score; the first of them is predicted"
        }
        explain(ranked, pooled: pooled, notes: &notes)
    }

    static func explain(
        _ ranked: [Rankings.Column], pooled: Bool, notes: inout [String: String]
    ) {
        let tied = ranked.count(where: \.tiedPairs)
        if tied > 0 {
            notes["auc_ties"] =
                "in \(tied) of \(ranked.count) classes a positive and a negative share a score; "
                + "such pairs count half"
        }
        if !pooled {
            notes["micro_auc"] =
                "left out, as the pooled average precision: more than \(Rankings.pooledLimit) "
                + "decisions do not fit into bounded memory"
        }
    }
}
