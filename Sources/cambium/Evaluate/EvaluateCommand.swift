internal import ArgumentParser

/// `cambium evaluate`: one classifier's scores on a test table, measured and reported.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measure a classifier on a test table: metrics with intervals, and a report.",
        discussion: """
            Every form writes metrics.json, curves.json, scores.npy, labels.npy, scores.keys.tsv, \
            per_class.csv, summary.md, confusion.svg and report.html into a new folder and prints \
            the summary. Thresholds per class are chosen on other rows only (--validation).
            """,
        subcommands: [
            EvaluateKNN.self, EvaluateAdapter.self, EvaluateZeroShot.self, EvaluateMajority.self,
            EvaluateScores.self, EvaluateRetrieval.self,
        ])
}
