internal import CambiumEvaluation

/// Rows to choose thresholds on.
struct ValidationRows {
    let scores: LabelledScores
    let keys: [String]
    /// Where they come from, for messages.
    let place: String
    /// Whether the encoder learned from them.
    var isLearned = false

    init(scores: LabelledScores, keys: [String], place: String) {
        (self.scores, self.keys, self.place) = (scores, keys, place)
    }

    /// The rows of an output folder.
    init(folder: String) throws {
        try Paths.requireFolder(folder)
        let stored = try EvaluationTables.checked { try StoredEvaluation(folder: folder) }
        self.init(scores: stored.rows, keys: stored.keys, place: folder)
        isLearned = stored.isLearned
    }

    /// How many rows are test rows: by key where both have keys, else by equal contents.
    func shared(_ test: LabelledScores, _ testKeys: [String]) -> Int {
        if !keys.isEmpty, !testKeys.isEmpty { return Set(keys).intersection(testKeys).count }
        return scores.isSame(test) ? test.rowCount : 0
    }

    /// A caution about groups on both sides.
    func sharedGroups(_ testKeys: [String], _ groups: [String: String]) -> [String] {
        let own = Set(keys.compactMap { groups[$0] })
        let shared = own.intersection(testKeys.compactMap { groups[$0] })
        return shared.isEmpty
            ? []
            : [
                "\(shared.count) groups have rows among the validation rows and among the test "
                    + "rows: the thresholds know them."
            ]
    }
}
