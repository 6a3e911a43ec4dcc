internal import ArgumentParser
internal import CambiumJobs

/// `cambium evaluate scores`: scores that any program wrote.
struct EvaluateScores: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scores",
        abstract: "Measure scores that were made elsewhere.",
        discussion: """
            SCORES is [rows, classes], higher = more likely; LABELS is an int64 array with the \
            column of the true class a row, a keys file (key, class_id, class_name), or, where a \
            row may have several classes or none, an array [rows, classes] of 0 and 1.
            """)

    @Option(help: "The scores (.npy).")
    var scores: String

    @Option(help: "The true classes: .npy with column numbers or with 0 and 1, or a keys file.")
    var labels: String

    @Option(help: "The names of the columns, one a line (unique_texts.txt).")
    var classes: String?

    @Option(help: "A key a row (a keys file), where --labels is an array.")
    var keys: String?

    @Option(help: "With several labels a row: a class is predicted from this score on.")
    var threshold = 0.5

    @Option(help: "Scores of validation rows, to choose thresholds on (.npy).")
    var validationScores: String?

    @Option(help: "Their true classes, as --labels.")
    var validationLabels: String?

    @Option(help: "Their keys, as --keys.")
    var validationKeys: String?

    @OptionGroup var options: EvaluateOptions

    func validate() throws {
        guard (validationScores == nil) == (validationLabels == nil) else {
            throw ValidationError("--validation-scores and --validation-labels belong together.")
        }
        guard validationScores == nil || options.protocols.validation == nil else {
            throw ValidationError("Give --validation or --validation-scores, not both.")
        }
    }

    func run() throws {
        var job = ScoresEvaluation(files(scores, labels, keys), options.job)
        job.threshold = threshold
        if let validationScores, let validationLabels {
            job.validation = files(validationScores, validationLabels, validationKeys)
        }
        options.show(try job.run(log: options.shared.log))
    }

    private func files(_ scores: String, _ labels: String, _ keys: String?) -> ScoreFiles {
        var files = ScoreFiles(scores: scores, labels: labels)
        (files.keys, files.classes) = (keys, classes)
        return files
    }
}
