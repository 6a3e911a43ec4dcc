import CambiumEvaluation
import CambiumFiles
import CambiumReports
import CambiumTestFolders
import Testing

/// Walks the list of metrics and finds each in every output that has a column for it.
@Suite struct MetricListTests {
    private let classes = (1...3).map { ClassLabel(id: $0, name: "class \($0)") }
    private let rows = 60

    /// Probabilities, right more often than not.
    private func scores(seed: UInt64) -> [Double] {
        var generator = SeededGenerator(seed: seed)
        return (0..<rows).flatMap { row -> [Double] in
            var units = (0..<3).map { _ in generator.index(below: 16) + 1 }
            units[row % 3] += 8
            return units.map { Double($0) / Double(units.reduce(0, +)) }
        }
    }

    private var plan: EvaluationPlan {
        EvaluationPlan(
            bootstrap: Bootstrap(resamples: 10),
            subgroups: [("site", (0..<rows).map { $0 < 30 ? "a" : "b" })])
    }

    private func write(several: Bool, seed: UInt64, to folder: String) throws {
        let list = try ClassList(classes)
        let origin = Provenance(command: [], inputs: [])
        let keys = (0..<rows).map { "row \($0)" }
        guard several else {
            let output = try EvaluationOutput(
                name: "m\(seed)",
                rows: LabelledScores(
                    Predictions(
                        classes: list, truth: (0..<rows).map { $0 % 3 }, scores: scores(seed: seed))
                ),
                keys: keys, provenance: origin, plan: plan)
            return try output.write(to: folder)
        }
        let truth = (0..<rows).flatMap { row in
            (0..<3).map { row % 3 == $0 || row % 7 == 0 ? 1 : 0 }
        }
        let output = try EvaluationOutput(
            name: "m\(seed)",
            rows: .several(
                MultiLabelPredictions(
                    classes: list, truth: truth,
                    scores: ScoreMatrix(scores(seed: seed), rows: rows, columns: 3),
                    thresholds: [0.4, 0.4, 0.4])),
            keys: keys, provenance: origin, plan: plan)
        try output.write(to: folder)
    }

    /// The metrics of a table that rows of a kind have.
    private func columns(_ table: Metric.Table, several: Bool) -> [Metric.Column] {
        Metric.columns(table).filter { $0.metric.scope.includes(several: several) }
    }

    @Test(arguments: [false, true])
    func `each metric stands in each output`(several: Bool) throws {
        try withFolder { folder in
            let folders = ["\(folder)/a", "\(folder)/b"]
            for (seed, path) in zip([UInt64(1), 2], folders) {
                try write(several: several, seed: seed, to: path)
            }
            let json = try JSON(file: "\(folders[0])/metrics.json")
            let all = Metric.all.filter { $0.scope.includes(several: several) }
            #expect(all.count > 9)
            for metric in all {
                #expect(metric.value(in: json) != nil, "\(metric.key)")
                #expect(json["intervals"]?[metric.key]?.array?.count == 2, "\(metric.key)")
            }
            let group = json["subgroups"]?.array?.first?["groups"]?.array?.first
            for column in columns(.subgroups, several: several) {
                #expect(group?["metrics"]?[column.metric.key]?.number != nil, "\(column.title)")
            }
            let comparison = try Comparison(
                folders.map { try StoredEvaluation(folder: $0) },
                bootstrap: Bootstrap(resamples: 10))
            #expect(
                comparison.metrics == columns(.comparison, several: several).map(\.metric.key))
            try check(
                texts(folders, comparison), folders[0], comparison, several: several)
        }
    }

    private func texts(
        _ folders: [String], _ comparison: Comparison
    ) throws -> (page: String, table: String) {
        var report = Report(title: "t", methods: try folders.map { try ReportMethod(folder: $0) })
        report.comparison = comparison
        return (report.html, report.table)
    }

    private func check(
        _ texts: (page: String, table: String), _ folder: String, _ comparison: Comparison,
        several: Bool
    ) throws {
        for column in columns(several ? .severalHeadline : .headline, several: several) {
            #expect(texts.page.contains("<th>\(column.title)</th>"), "\(column.title)")
            #expect(texts.table.contains(column.title), "\(column.title)")
        }
        for column in columns(several ? .severalSection : .section, several: several) {
            #expect(texts.page.contains("<span>\(column.title)</span>"), "\(column.title)")
        }
        for column in columns(.differences, several: several) {
            let head = column.metric.key.replacing("_", with: " ")
            #expect(texts.page.contains("<th>\(head)</th>"), "\(head)")
        }
        let summary = try FileSystem.readText("\(folder)/summary.md")
        for column in columns(several ? .severalSummary : .headline, several: several) {
            #expect(summary.contains("| \(column.title) |"), "\(column.title)")
        }
        for key in comparison.metrics { #expect(comparison.markdown.contains("| \(key) |")) }
    }
}
