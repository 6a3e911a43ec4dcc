internal import ArgumentParser
internal import Corpus
internal import Encoders
internal import Files
internal import Foundation
internal import Packaging

/// `cambium package`: a model, its classes and perhaps an adapter in one folder that predicts.
struct PackageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "package",
        abstract: "Package a model and its classes as a bundle that predicts.",
        discussion: """
            Without an adapter the bundle is a zero-shot classifier: the class texts, put into \
            the template, go through the text encoder.
            """)

    @Option(help: "The model folder.")
    var model: String

    @Option(help: "The label file (unique_texts.txt), a class a line.")
    var labels: String

    @Option(help: "An adapter folder that `cambium adapt` wrote.")
    var adapter: String?

    @Option(help: "The text of a class; {} stands for its name.")
    var template = "{}"

    @Option(help: "A metrics.json to take along and show in the model card.")
    var metrics: String?

    @Option(
        help: ArgumentHelp(
            "The data set that was learned from: predictions read files by its recipe (needed for "
                + "DICOM where the model folder names none).", valueName: "dir"))
    var data: String?

    @Option(help: "The class id of the label file's first line, where there is no adapter.")
    var firstClassID = 1

    @Option(help: "The bundle folder to write; it must not exist.")
    var out: String

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard (0...1_000_000_000).contains(firstClassID) else {
            throw ValidationError("--first-class-id must be in 0...1000000000.")
        }
        guard !out.hasSuffix(".tar") else {
            throw ValidationError("This version writes folders; give --out a folder's name.")
        }
    }

    func run() throws {
        try Paths.requireFresh(out)
        let writer = try Arguments.checked {
            try Paths.requireFile(labels)
            if let data { try Paths.requireFolder(data) }
            if let metrics { try Paths.requireFile(metrics) }
            if let adapter { try Paths.requireFolder(adapter) }
            return try BundleWriter(
                ModelFolder(model, environment: ProcessInfo.processInfo.environment),
                labels: LabelFile(labels, firstClassID: firstClassID), adapter: adapter,
                template: template, metrics: metrics, data: data.map { try DataSetFolder($0) })
        }
        try writer.write(to: out)
        // A bundle that does not load is no bundle.
        let bundle = try ModelBundle(out)
        shared.log.note(
            "\(bundle.manifest.mode.rawValue) bundle, \(bundle.manifest.labels.count) classes, "
                + "\(bundle.manifest.files.count) files")
        print(out)
    }
}
