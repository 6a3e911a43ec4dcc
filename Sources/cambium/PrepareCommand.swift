internal import ArgumentParser
internal import Corpus
internal import Files
internal import Foundation
internal import Imaging

/// `cambium prepare`: a folder of images to a data set.
struct PrepareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prepare",
        abstract: "Make a data set of a folder with one folder of images a class.",
        discussion: """
            Writes image and text tables of the splits, unique_texts.txt, dataset.json, and in \
            rejected.tsv everything that was not used. The class text is the folder's name with \
            spaces for underscores, unless a configuration (see data-prep/) says otherwise. The \
            split is scikit-learn's stratified one for the same seed.
            """)

    @Argument(help: "The folder: FOLDER/CLASS/IMAGE, JPEG, PNG or DICOM.")
    var folder: String

    @Option(help: "The data set to make; must not exist.")
    var out: String

    @Option(help: "A data set's own prep.yaml, or the folder that holds it.")
    var config: String?

    @Option(help: "Width and height of the stored images; the aspect is not kept.")
    var size = 512

    @Option(help: "JPEG quality of the stored images.")
    var quality = 95

    @Flag(
        help: ArgumentHelp(
            "Decode large JPEGs at 1/2, 1/4 or 1/8 of their size where that is enough: faster, "
                + "no longer bit-identical to Pillow."))
    var fast = false

    @Option(help: "Shares of train, validation and test (default: 0.6,0.2,0.2).")
    var split: String?

    @Option(help: "Seed of the split.")
    var seed: UInt32 = 42

    @Option(help: "Keep the N most frequent classes.")
    var topClasses: Int?

    @Option(help: "Keep classes of at least N images.")
    var minPerClass: Int?

    @Option(
        help: ArgumentHelp(
            "Keep groups (patients) in one split: folder (around the class folder), prefix:TEXT "
                + "(of the file name), dicom:PatientID (or another attribute), or a regular expression over CLASS/IMAGE with one capture.",
            valueName: "rule"))
    var groupBy: String?

    @Option(help: "Id of the first class: 1, or 0 as in Microsoft's samples.")
    var firstClassId = 1

    @OptionGroup var reading: ReadingOptions

    @Option(help: "What to do with an image that cannot be used: reject or fail.")
    fileprivate var onError = ErrorRule.reject

    @Option(help: "Files that each table is written in.")
    var shards = 1

    @Option(help: "Threads (default: one a core); the result does not depend on it.")
    var workers: Int?

    @Flag(help: "Print dataset.json instead of a summary.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let preparation = try Arguments.checked { try Preparation(options()) }
        let progress = ProgressBox(shared.log)
        defer { progress.finish() }
        let summary = try prepared(preparation, progress)
        if summary.adopted > 0 {
            shared.log.note("\(summary.adopted) of them encoded by a run that was killed")
        }
        for note in summary.notes { shared.log.warning(note) }
        try report(summary)
    }

    private func prepared(
        _ preparation: Preparation, _ progress: ProgressBox
    ) throws -> PrepareSummary {
        do {
            return try preparation.run { progress.show($0) }
        } catch {
            throw error.isArgument ? UsageError(error.description) : error
        }
    }

    private func options() throws -> PrepareOptions {
        try Paths.requireFolder(folder)
        var options = PrepareOptions(folder: folder, out: out)
        options.configuration = config
        (options.size, options.quality) = (size, quality)
        options.isFast = fast
        if let split { options.ratios = try SplitRatios(parsing: split) }
        options.seed = seed
        (options.topClasses, options.minPerClass) = (topClasses, minPerClass)
        options.groupBy = groupBy
        options.firstClassID = firstClassId
        options.reading = ImageReading(
            exifOrientation: reading.exifOrientation, intensity: try reading.recipe() ?? .auto)
        options.onError = onError.rule
        options.shards = shards
        options.workers = workers ?? ProcessInfo.processInfo.activeProcessorCount
        return options
    }

    private static func counted(_ count: Int, _ thing: String) -> String {
        "\(count) \(thing)\(count == 1 ? "" : thing.hasSuffix("s") ? "es" : "s")"
    }

    private func report(_ summary: PrepareSummary) throws {
        if json {
            print(try FileSystem.readText("\(out)/dataset.json"), terminator: "")
            return
        }
        let splits = summary.images.map { "\($0.split.rawValue) \($0.count)" }
        let total = summary.images.reduce(0) { $0 + $1.count }
        let rejected =
            summary.rejected == 0 ? "" : "; \(summary.rejected) not used, see rejected.tsv"
        print(
            "\(out): \(Self.counted(total, "image")), "
                + "\(Self.counted(summary.classes, "class")) "
                + "(\(splits.joined(separator: ", ")))\(rejected)")
    }
}

/// `--on-error`, in the parser's terms.
private enum ErrorRule: String, ExpressibleByArgument, CaseIterable {
    case reject, fail

    var rule: OnError { self == .fail ? .fail : .reject }
}

/// The progress line, begun when the folder has been walked.
private final class ProgressBox {
    private let log: Log
    private var progress: Progress?

    init(_ log: Log) { self.log = log }

    func show(_ state: PrepareProgress) {
        let line =
            progress ?? log.progress("prepare", total: state.total ?? 0, unit: "images")
        line.update(state.done)
        progress = line
    }

    func finish() { progress?.finish() }
}
