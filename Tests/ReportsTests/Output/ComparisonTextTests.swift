import CambiumEvaluation
import CambiumFiles
import CambiumReports
import CambiumTestFolders
import Testing

@Suite struct ComparisonTextTests {
    /// Evaluates two classes' scores, half of them right by `shift`, and reads the files back.
    private func run(_ name: String, shift: Int, in folder: String) throws -> StoredEvaluation {
        let truth = (0..<40).map { $0 % 2 }
        let scores = truth.indices.flatMap { row -> [Double] in
            let right = Double((row * 7 + shift) % 10) / 10
            return truth[row] == 0 ? [right, 1 - right] : [1 - right, right]
        }
        let output = try EvaluationOutput(
            name: name,
            rows: LabelledScores(
                Predictions(
                    classes: ClassList([
                        ClassLabel(id: 1, name: "one"), ClassLabel(id: 2, name: "two|b"),
                    ]), truth: truth, scores: scores)),
            keys: truth.indices.map { "row \($0)" },
            provenance: Provenance(command: [], inputs: []),
            plan: EvaluationPlan(bootstrap: Bootstrap(resamples: 10)))
        try output.write(to: "\(folder)/\(shift)")
        return try StoredEvaluation(folder: "\(folder)/\(shift)")
    }

    @Test func `evaluations that were written are compared as JSON and as Markdown`() throws {
        try withFolder { folder in
            let comparison = try Comparison(
                [run("a|b", shift: 0, in: folder), run("c", shift: 3, in: folder)],
                bootstrap: Bootstrap(resamples: 20))
            #expect(comparison.markdown.contains("## a\\|b minus c\n"))
            #expect(comparison.markdown.contains("| two\\|b |"))
            #expect(comparison.json["count"] == 40)
            #expect(comparison.json["pairs"]?.array?.count == 1)
            let models = comparison.json["models"]?.array ?? []
            #expect(models.compactMap { $0["name"]?.string } == ["a|b", "c"])
            #expect(models.allSatisfy { $0["metrics"]?["accuracy"]?.number != nil })
        }
    }
}
