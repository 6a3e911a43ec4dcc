internal import ArgumentParser
internal import CambiumJobs
internal import CambiumTorch

/// `cambium package`: a model, its classes and perhaps an adapter in one folder that predicts.
struct PackageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "package",
        abstract: "Package a model and its classes as a bundle that predicts.",
        discussion: """
            Without an adapter the bundle is a zero-shot classifier: the class texts, put into \
            the template, go through the text encoder.
            """)

    /// Whether the weights go along.
    enum Weights: String, ExpressibleByArgument, CaseIterable { case include, reference }

    @Option(help: "The model folder.")
    var model: String

    @Option(help: "The label file (unique_texts.txt), a class a line.")
    var labels: String

    @Option(help: "An adapter folder that `cambium adapt` wrote.")
    var adapter: String?

    @Option(help: "The text of a class; {} stands for its name.")
    var template = "{}"

    @Flag(help: "Without an adapter: an image may have several classes, or none.")
    var multiLabel = false

    @Option(help: "A metrics.json to take along and show in the model card.")
    var metrics: String?

    @Option(
        help: ArgumentHelp(
            "The metrics.json of an evaluation with --validation, whose thresholds go along.",
            valueName: "file"))
    var operatingPoints: String?

    @Option(
        help: ArgumentHelp(
            "The data set that was learned from: predictions read files by its recipe (needed for "
                + "DICOM where the model folder names none).", valueName: "dir"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "How weights are stored: float32, bfloat16, or int8 (matrices in 8 bits with a scale "
                + "each output channel). They are widened to float32 when they are loaded.",
            valueName: "type"), transform: precision)
    var dtype: WeightPrecision?

    @Option(help: "include them, or keep a reference: their path, size and digest.")
    var weights = Weights.include

    @Option(
        name: .customLong("golden"), parsing: .upToNextOption,
        help: ArgumentHelp(
            "Images to go along, with what is computed for them, for `cambium verify`; choose ones "
                + "that may leave the house. Without any, patterns go along.",
            valueName: "image"))
    var goldenFiles: [String] = []

    @Option(
        help: ArgumentHelp(
            "With --data: take this many test images as --golden ones.", valueName: "n"))
    var goldenRows = 0

    @Option(help: "The class id of the label file's first line, where there is no adapter.")
    var firstClassID: Int?

    @Option(help: "The bundle to write, a folder, or a file X.tar; it must not exist.")
    var out: String

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard (0...1_000_000_000).contains(firstClassID ?? 1) else {
            throw ValidationError("--first-class-id must be in 0...1000000000.")
        }
        guard firstClassID == nil || adapter == nil else {
            throw ValidationError(
                "--first-class-id: the adapter has its own class ids; leave it out.")
        }
        guard ![".gz", ".tgz", ".zip", ".xz", ".zst"].contains(where: out.hasSuffix) else {
            throw ValidationError("--out \(out): bundles are folders or plain tars (X.tar).")
        }
        guard (0...64).contains(goldenRows), goldenFiles.count + goldenRows <= 64 else {
            throw ValidationError("At most 64 images go along as --golden and --golden-rows.")
        }
        guard goldenRows == 0 || data != nil else {
            throw ValidationError("--golden-rows takes images of --data.")
        }
        guard weights == .include || dtype == nil else {
            throw ValidationError("--weights reference keeps a file as it is; leave --dtype out.")
        }
    }

    func run() throws {
        var options = PackageOptions(model: model, labels: labels, out: out)
        (options.adapter, options.template, options.isMultiLabel) = (adapter, template, multiLabel)
        (options.metrics, options.operatingPoints) = (metrics, operatingPoints)
        options.data = data
        options.precision = weights == .reference ? nil : dtype ?? .float32
        (options.goldenFiles, options.goldenRows) = (goldenFiles, goldenRows)
        options.firstClassID = firstClassID
        try PackageJob(options).run(log: shared.log)
        print(out)
    }
}

extension PackageCommand {
    private static func precision(_ name: String) throws -> WeightPrecision {
        guard let precision = WeightPrecision(rawValue: name) else {
            throw ValidationError("\(name) is none of float32, bfloat16 and int8.")
        }
        return precision
    }
}
