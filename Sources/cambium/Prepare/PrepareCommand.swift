internal import ArgumentParser
internal import CambiumCorpus
internal import CambiumFiles
internal import CambiumImaging
internal import CambiumJobs
internal import Foundation

/// `cambium prepare`: images, wherever they are named, to a data set.
struct PrepareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prepare",
        abstract: "Make a data set of image folders, a manifest, or other data sets.",
        discussion: """
            FOLDER is a folder with one folder of images a class, a folder of images with a \
            caption beside each (NAME.png, NAME.txt), a CSV or TSV manifest with the columns path \
            and label, or a data set; several data sets are merged. Writes image and text tables \
            of the splits, unique_texts.txt, dataset.json, and in rejected.tsv everything that \
            was not used. The split is scikit-learn's stratified one for the same seed, unless \
            splits come with the images. docs/prepare.md has an example of everything.
            """)

    @Argument(help: "What is read: a folder, a manifest, or data sets.")
    var folder: [String]

    @Option(help: "The data set to make; must not exist.")
    var out: String

    @Option(
        help: ArgumentHelp(
            "What FOLDER is, where its content does not tell: class-folders, captions, manifest "
                + "or data-set.", valueName: "kind"))
    var input: String?

    @Option(help: "Where a manifest's paths begin (default: its folder).")
    var root: String?

    @Option(help: "A data set's own prep.yaml, or the folder that holds it.")
    var config: String?

    @Option(
        help: "Width and height of the stored images (default: 512, or a data set's own).")
    var size: Int?

    @Option(help: "JPEG quality of the stored images (default: 95, or a data set's own).")
    var quality: Int?

    @Flag(
        help: ArgumentHelp(
            "Decode large JPEGs at 1/2, 1/4 or 1/8 of their size where that is enough: faster, "
                + "no longer bit-identical to Pillow."))
    var fast = false

    @Option(
        help: ArgumentHelp(
            "Shares (0.6,0.2,0.2) or numbers (100,20,20) of train, validation and test images, "
                + "keep, column:NAME of the manifest, or list:FILE of keys and splits (default: "
                + "splits that come with the images, else 0.6,0.2,0.2).", valueName: "rule"))
    var split: String?

    @Option(help: "Make K data sets, fold-00 and so on, in which every image is tested once.")
    var folds: Int?

    @Option(help: "Reproduce another program's files: gastrovision.")
    var compat: String?

    @Option(help: "Seed of the split.")
    var seed: UInt32 = 42

    @Option(help: "Keep the N most frequent classes.")
    var topClasses: Int?

    @Option(help: "Keep classes of at least N images.")
    var minPerClass: Int?

    @Option(help: "Keep the classes that a file names, one a line.")
    var keepClasses: String?

    @Option(
        help: ArgumentHelp(
            "Keep groups (patients) in one split: folder (around the class folder), prefix:TEXT "
                + "(of the file name), column:NAME (of the manifest), "
                + "dicom:PatientID (or another attribute), none, or a regular "
                + "expression over CLASS/IMAGE with one capture.",
            valueName: "rule"))
    var groupBy: String?

    @Option(
        help: ArgumentHelp(
            "Images that show the same: keep them together in one split, only report them, or drop "
                + "copies of equal pixels within a class (default: together; report with --compat).",
            valueName: "together|report|drop"))
    fileprivate var duplicates: DuplicateChoice?

    @Option(help: "Id of the first class: 1, or 0 as in Microsoft's samples (default: 1).")
    var firstClassId: Int?

    @OptionGroup var reading: ReadingOptions

    @OptionGroup var cutting: VolumeOptions

    @Option(help: "What to do with an image that cannot be used: reject or fail.")
    fileprivate var onError = ErrorRule.reject

    @Option(help: "Files that each table is written in.")
    var shards = 1

    @Option(help: "Threads (default: one a core); the result does not depend on it.")
    var workers: Int?

    @Flag(help: "Print dataset.json (or folds.json) instead of a summary.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let place = try RankPlace.ofThisProcess()
        let workers = workers ?? place.threads
        let options = try Arguments.checked { try self.options(workers: workers) }
        guard let summary = try PrepareJob(options, at: place).run(log: shared.log) else { return }
        try report(summary)
    }

    private func options(workers: Int) throws -> PrepareOptions {
        for path in folder { try Paths.requireInput(path) }
        if let keepClasses { try Paths.requireFile(keepClasses) }
        var options = PrepareOptions(inputs: folder, out: out)
        options.inputKind = try input.map(Self.kind)
        (options.root, options.configuration) = (root, config)
        if let size { options.size = size }
        if let quality { options.quality = quality }
        options.isFast = fast
        options.reading = ImageReading(
            exifOrientation: reading.exifOrientation, intensity: try reading.recipe() ?? .auto)
        options.background = try reading.backdrop()
        options.volumes = try cutting.reading()
        options.split = try split.map { try SplitRule(parsing: $0) }
        if case .list(let list) = options.split { try Paths.requireFile(list) }
        (options.folds, options.keepClasses) = (folds, keepClasses)
        options.compatibility = try compat.map { try Compatibility(parsing: $0) }
        options.seed = seed
        (options.topClasses, options.minPerClass) = (topClasses, minPerClass)
        options.groupBy = groupBy
        options.duplicates = duplicates?.rule
        options.firstClassID = firstClassId ?? options.compatibility?.firstClassID ?? 1
        options.onError = onError.rule
        options.shards = shards
        options.workers = workers
        return options
    }

    private static func kind(_ name: String) throws -> InputKind {
        let kinds = InputKind.allCases.filter { $0 != .volumes }
        guard let kind = kinds.first(where: { $0.rawValue == name }) else {
            let known = kinds.map(\.rawValue).joined(separator: ", ")
            throw UsageError("input \(name): unknown; use \(known)")
        }
        return kind
    }

    private static func counted(_ count: Int, _ thing: String) -> String {
        "\(count) \(thing)\(count == 1 ? "" : thing.hasSuffix("s") ? "es" : "s")"
    }

    private func report(_ summary: PrepareSummary) throws {
        if json {
            let name = summary.folds == nil ? "dataset.json" : "folds.json"
            print(try FileSystem.readText("\(out)/\(name)"), terminator: "")
            return
        }
        let splits = summary.images.map { "\($0.split.rawValue) \($0.count)" }
        let total = summary.images.reduce(0) { $0 + $1.count }
        let rejected =
            summary.rejected == 0 ? "" : "; \(summary.rejected) not used, see rejected.tsv"
        let folds = summary.folds.map { "\($0) folds of " } ?? ""
        print(
            "\(out): \(folds)\(Self.counted(total, "image")), "
                + "\(Self.counted(summary.classes, "class")) "
                + "(\(splits.joined(separator: ", ")))\(rejected)")
    }
}

/// `--duplicates`, in the parser's terms.
private enum DuplicateChoice: String, ExpressibleByArgument, CaseIterable {
    case together, report, drop

    var rule: DuplicateRule {
        switch self {
        case .together: .together
        case .report: .report
        case .drop: .drop
        }
    }
}

/// `--on-error`, in the parser's terms.
private enum ErrorRule: String, ExpressibleByArgument, CaseIterable {
    case reject, fail

    var rule: OnError { self == .fail ? .fail : .reject }
}
