import CambiumEvaluation
import CambiumFiles

/// How often the intervals of the program hold a truth that is known: populations are made up,
/// small data sets drawn from them, evaluated, and their 95 % intervals asked.
///
/// Prints tables in Markdown: for each metric the percentage of data sets whose interval holds the
/// truth and, in brackets, of those whose interval the notes of the evaluation mark as rough.
enum CoverageBenchmark {
    static func run(_ arguments: [String]) throws -> String {
        let options = try BenchmarkOptions(arguments, known: ["replicates", "resamples"])
        let plan = Plan(
            replicates: try options.count("replicates", 1000),
            resamples: try options.count("resamples", 400))
        let wholes = [
            "accuracy", "balanced_accuracy", "macro_f1", "mcc", "mauc", "map", "micro_auc",
            "brier", "nll", "ece",
        ]
        let each = ["sensitivity", "specificity", "precision", "f1", "auc", "average_precision"]
        var text = "95 % intervals, \(plan.replicates) data sets of each population, "
        text += "\(plan.resamples) resamples\n\n"
        text +=
            try table(wholes + each.map { "\($0)/0" }) {
                try SingleLabelPopulation.all.map { ($0.name, try $0.coverage(plan)) }
            } + "\n"
        text +=
            try table(["hit_at_1", "mrr"]) {
                [("157 captions of one image each", try CaptionPopulation().coverage(plan))]
            } + "\n"
        text +=
            try table(["macro_f1", "subset_accuracy", "hamming_loss", "mauc", "map"]) {
                [("300 rows, 3 labels of 30, 10 and 3 %", try LabelsPopulation().coverage(plan))]
            } + "\n"
        text += try table(["accuracy", "macro_f1", "mcc", "mauc"]) {
            try PairPopulation.all.map { ($0.name, try $0.coverage(plan)) }
        }
        return text
    }

    private static func table(
        _ names: [String], _ rows: () throws -> [(String, [String: Coverage])]
    ) rethrows -> String {
        let measured = try rows()
        let shown = names.filter { name in measured.contains { $0.1[name] != nil } }
        var text = "| Population | " + shown.joined(separator: " | ") + " |\n"
        text += "|---|" + shown.map { _ in "---|" }.joined() + "\n"
        for (name, coverage) in measured {
            let cells = shown.map { coverage[$0]?.text ?? "" }
            text += "| \(name) | " + cells.joined(separator: " | ") + " |\n"
        }
        return text
    }
}

/// How much is simulated.
struct Plan {
    let replicates: Int
    let resamples: Int

    /// The bootstrap of a data set.
    func bootstrap(_ replicate: Int, groups: [String]? = nil) -> Bootstrap {
        Bootstrap(resamples: resamples, seed: replicate, groups: groups)
    }
}

/// How often intervals held the truth.
struct Coverage {
    private var held = 0
    private var given = 0
    private var missing = 0
    private var marked = 0

    /// Counts one interval.
    mutating func add(_ interval: Interval?, truth: Double, isMarked: Bool) {
        marked += isMarked ? 1 : 0
        guard let interval else {
            missing += 1
            return
        }
        given += 1
        held += interval.lower - 1e-12 <= truth && truth <= interval.upper + 1e-12 ? 1 : 0
    }

    /// "94.6", "88.1 (100)", "95.0 (3), none 2": of those given; in brackets, marked; not given.
    var text: String {
        func percent(_ part: Int, of whole: Int) -> Double {
            (Double(part) / Double(max(whole, 1)) * 1000).rounded() / 10
        }
        let all = given + missing
        return (given > 0 ? "\(percent(held, of: given))" : "-")
            + (marked > 0 ? " (\(Int(percent(marked, of: all).rounded(.up))))" : "")
            + (missing > 0 ? ", none \(percent(missing, of: all))" : "")
    }
}
