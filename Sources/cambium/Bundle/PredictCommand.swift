internal import ArgumentParser
internal import CambiumImaging
internal import CambiumJobs
internal import Glibc

/// `cambium predict`: a bundle's classes for images.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Classify images with a bundle.",
        discussion: """
            An image that cannot be read is named on standard error, the others are answered, and \
            the exit status is 1.
            """)

    @Argument(help: "The bundle, a folder or a .tar.")
    var bundle: String

    @Argument(help: "Image files (\(ImageFormat.pictures("or"))).")
    var images: [String] = []

    @Option(help: "Show this many classes an image.")
    var top: Int?

    @Option(
        help: ArgumentHelp(
            "Say which classes are present by the bundle's thresholds of this name, such as f1; "
                + "where images may have several classes, its first ones do it unasked.",
            valueName: "name"))
    var operatingPoint: String?

    @Option(help: "cpu, cuda, cuda:N, or auto.")
    var device = "auto"

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(
        help: ArgumentHelp(
            "Keep the model and answer requests from standard input, a line of JSON each "
                + "(docs/bundle.md)."))
    var stream = false

    @Flag(help: ArgumentHelp("What MLflow's registry adds is no damage.", visibility: .hidden))
    var mlflow = false

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard !stream || images.isEmpty else {
            throw ValidationError("--stream takes images from standard input only.")
        }
        guard stream || !images.isEmpty else {
            throw ValidationError("Name at least one image.")
        }
        guard (top ?? 1) >= 1 else { throw ValidationError("--top must be at least 1.") }
    }

    func run() throws {
        if stream {
            return try PredictionStream(bundle: bundle, device: device, forMLflow: mlflow)
                .run(from: STDIN_FILENO, send: Self.answer)
        }
        var options = PredictionOptions(bundle: bundle)
        (options.device, options.operatingPoint) = (device, operatingPoint)
        options.top = top ?? (json ? .max : 3)
        let result = try PredictionRun(options).predict(images, log: shared.log)
        print(json ? result.json : result.text, terminator: "")
        if result.failed > 0 { throw ExitCode(1) }
    }

    /// Writes an answer of the stream at once.
    private static func answer(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw BrokenStream() }
            rest = rest.dropFirst(count)
        }
    }

    private struct BrokenStream: Error, CustomStringConvertible {
        let description = "standard output: cannot write; whoever asked is gone"
    }
}
