import CambiumEvaluation
import CambiumFiles
import CambiumReports
import CambiumTestFolders
import Foundation
import Testing

@Suite struct MultiLabelReportTests {
    private func output(_ name: String, shift: Double = 0) throws -> EvaluationOutput {
        let list = try ClassList([
            ClassLabel(id: 1, name: hostile), ClassLabel(id: 2, name: "plain"),
        ])
        let scores: [Double] = [0.9, 0.2, 0.1, 0.8 - shift, 0.7, 0.6, 0.3 + shift, 0.95]
        let predictions = try MultiLabelPredictions(
            classes: list, truth: [1, 0, 0, 1, 1, 1, 0, 0],
            scores: ScoreMatrix(scores, rows: 4, columns: 2), thresholds: [0.5, 0.5])
        return try EvaluationOutput(
            name: name, rows: .several(predictions), keys: ["a/1.png", "a/<2>.png", "b/3", "b/4"],
            provenance: Provenance(
                command: ["cambium", "it's"], inputs: [.init(path: "x&y.npy", sha256: "00ff")]),
            plan: EvaluationPlan(bootstrap: Bootstrap(resamples: 20)),
            thumbnail: { $0 == "b/4" ? [0xFF, 0xD8, 0xFF] : nil })
    }

    @Test func `an evaluation leaves a page that is well-formed and quotes its names`() throws {
        try withFolder { folder in
            try output(hostile).write(to: "\(folder)/a")
            let page = try FileSystem.readText("\(folder)/a/report.html")
            let body = try #require(page.range(of: "<body>"))
            let script = try #require(page.range(of: "<script>", options: .backwards))
            #expect(isWellFormed(String(page[body.upperBound..<script.lowerBound])))
            #expect(!page.contains("<script>alert") && !page.contains("src=\"http"))
            // The one wrong decision, with its picture.
            #expect(page.contains("found, is not there"))
            #expect(page.contains("data:image/jpeg;base64,/9j/") && page.contains("b/4"))
            #expect(!page.contains("is there, was missed"))
            let metrics = try JSON(file: "\(folder)/a/metrics.json")
            let loss = try #require(metrics["hamming_loss"]?.number)
            #expect(loss == 0.125 && page.contains("<b>0.125</b>"))
        }
    }

    @Test func `several methods, paired, with all files, the same bytes each time`() throws {
        try withFolder { folder in
            try output("one").write(to: "\(folder)/a")
            try output("two", shift: 0.4).write(to: "\(folder)/b")
            func report() throws -> Report {
                let folders = ["\(folder)/a", "\(folder)/b"]
                let methods = try folders.map { try ReportMethod(folder: $0) }
                #expect(methods.map(\.isSeveral) == [true, true])
                var report = Report(title: "t", methods: methods, notes: ["a < b"])
                report.comparison = try Comparison(
                    folders.map { try StoredEvaluation(folder: $0) },
                    bootstrap: Bootstrap(resamples: 20))
                return report
            }
            let page = try report().html
            #expect(try report().html == page)
            #expect(page.contains("Differences on the same cases") && page.contains("a &lt; b"))
            #expect(page.contains("is there, was missed"))
            for name in ["c", "d"] {
                try FileSystem.makeFolder("\(folder)/\(name)")
                try ReportFiles(report()).write(to: "\(folder)/\(name)")
            }
            let names = try FileSystem.names(in: "\(folder)/c")
            let expected = [
                "1-precision-recall.png", "1-roc.svg", "2-roc.png", "curves.csv", "macro-f1.svg",
                "metrics.json", "per_class.csv", "roc-macro.png", "summary.md",
            ]
            #expect(Set(names).isSuperset(of: expected), "\(names)")
            for name in names {
                #expect(
                    try FileSystem.read("\(folder)/c/\(name)")
                        == FileSystem.read("\(folder)/d/\(name)"))
            }
        }
    }

    @Test func `rows with one class each are refused`() throws {
        try withFolder { folder in
            let list = try ClassList([ClassLabel(id: 1, name: "a"), ClassLabel(id: 2, name: "b")])
            let single = try EvaluationOutput(
                name: "x",
                rows: LabelledScores(
                    Predictions(classes: list, truth: [0, 1], scores: [0.7, 0.3, 0.4, 0.6])),
                keys: [], provenance: Provenance(command: [], inputs: []),
                plan: EvaluationPlan(bootstrap: Bootstrap(resamples: 5)))
            try single.write(to: "\(folder)/s")
            #expect(try !ReportMethod(folder: "\(folder)/s").isSeveral)
            let path = "\(folder)/s/metrics.json"
            var members = try #require(try JSON(file: path).object)
            members["task"] = "multi-label"
            try FileSystem.write(JSON.object(members).document, to: path)
            #expect(throws: EvaluationError.self) { try ReportMethod(folder: "\(folder)/s") }
        }
    }
}
