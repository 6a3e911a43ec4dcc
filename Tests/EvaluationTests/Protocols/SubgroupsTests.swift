import CambiumEvaluation
import Testing

@Suite struct SubgroupsTests {
    @Test func `subgroups are the rows alone, and the gap is between the best and the worst`()
        throws
    {
        let predictions = try PairedCases().models()[0]
        let values = predictions.truth.indices.map { $0 < 24 ? "a" : $0 < 50 ? "b" : "" }
        let table = try LabelledScores(predictions).subgroups(
            column: "site", values: values, bootstrap: Bootstrap(resamples: 30))
        #expect(table.groups.map(\.value) == ["", "a", "b"])
        #expect(table.groups.map(\.count) == [10, 24, 26])
        let rows = Array(0..<24)
        let alone = try ClassificationMetrics(
            Predictions(
                classes: predictions.classes, truth: rows.map { predictions.truth[$0] },
                scores: Array((predictions.scores?.all ?? [])[..<(24 * 4)])),
            bootstrap: Bootstrap(resamples: 30))
        #expect(table.groups[1].values["accuracy"] == alone.accuracy)
        #expect(table.groups[1].values["mauc"] == alone.mauc)
        #expect(table.groups[1].intervals["mcc"] == alone.intervals?.values["mcc"])
        let gap = try #require(table.gaps.first { $0.metric == "accuracy" })
        let both = table.groups[1...].compactMap { $0.values["accuracy"] }
        #expect(close(gap.gap, (both.max() ?? 0) - (both.min() ?? 0)))
        #expect(gap.highest != "" && gap.lowest != "")
        #expect(table.notes.first?.contains("(empty) (10)") == true)
        #expect(throws: EvaluationError.self) {
            try LabelledScores(predictions).subgroups(
                column: "site", values: ["a"], bootstrap: nil)
        }
    }

    @Test func `twenty rows are enough for a gap, between two subgroups at least`() throws {
        let predictions = try PairedCases().models()[0]
        func table(_ values: [String]) throws -> SubgroupTable {
            try LabelledScores(predictions).subgroups(
                column: "site", values: values, bootstrap: nil)
        }
        let enough = try table((0..<60).map { $0 < 20 ? "a" : "b" })
        #expect(!enough.gaps.isEmpty && enough.notes.isEmpty)
        let less = try table((0..<60).map { $0 < 19 ? "a" : "b" })
        #expect(less.gaps.isEmpty && less.notes.count == 1)
        #expect(less.groups[0].notes.contains("19 rows say little"))
    }

    @Test func `classes that a subgroup lacks are counted`() throws {
        let predictions = try PairedCases().models()[0]
        let table = try LabelledScores(predictions).subgroups(
            column: "class", values: predictions.truth.map { $0 == 0 ? "a" : "b" }, bootstrap: nil)
        #expect(table.groups[0].notes.contains("3 of 4 classes do not occur"))
        #expect(table.groups[1].notes == ["1 of 4 classes do not occur"])
    }
}
