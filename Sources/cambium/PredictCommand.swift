internal import ArgumentParser
internal import Files
internal import Foundation
internal import Packaging
internal import Torch

/// `cambium predict`: a bundle's classes for images.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Classify images with a bundle.",
        discussion: """
            An image that cannot be read is named on standard error, the others are answered, and \
            the exit status is 1.
            """)

    @Argument(help: "The bundle folder.")
    var bundle: String

    @Argument(help: "Image files (JPEG or PNG).")
    var images: [String]

    @Option(help: "Show this many classes an image.")
    var top: Int?

    @Option(help: "cpu, cuda, cuda:N, or auto.")
    var device = "auto"

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard !images.isEmpty else { throw ValidationError("Name at least one image.") }
        guard (top ?? 1) >= 1 else { throw ValidationError("--top must be at least 1.") }
    }

    func run() throws {
        let engine = try Engine(
            Arguments.checked { try ModelBundle(bundle) },
            device: device == "auto" ? .best : Device(named: device))
        let run = PredictionRun(engine, top: top ?? (json ? engine.labels.count : 3))
        let result = try run.predict(images, log: shared.log)
        print(json ? result.json : result.text, terminator: "")
        if result.failed > 0 { throw ExitCode(1) }
    }
}

/// Images through an engine, some at a time.
struct PredictionRun {
    private let engine: Engine
    private let top: Int
    private static let batch = 16

    init(_ engine: Engine, top: Int) { (self.engine, self.top) = (engine, top) }

    /// What came out, in the order of the images.
    struct Result {
        var rows: [(image: String, predictions: [Prediction])] = []
        var failed = 0
    }

    func predict(_ paths: [String], log: Log) throws -> Result {
        var result = Result()
        for start in stride(from: 0, to: paths.count, by: Self.batch) {
            let part = paths[start..<min(start + Self.batch, paths.count)]
            let prepared = part.compactMap { path -> (String, [Float])? in
                do {
                    return (path, try engine.prepare(FileSystem.read(path)))
                } catch let error as FileError {
                    log.warning(error.description)
                } catch {
                    log.warning("\(path): \(error)")
                }
                result.failed += 1
                return nil
            }
            let predictions = try engine.predict(prepared.map(\.1))
            result.rows += zip(prepared, predictions).map { ($0.0, Array($1.prefix(top))) }
        }
        return result
    }
}

extension PredictionRun.Result {
    /// The contract's form: a list of images, each with its classes, scores falling.
    var json: String {
        JSON.array(
            rows.map { row in
                [
                    "image": .string(row.image),
                    "predictions": .array(
                        row.predictions.map {
                            [
                                "class_id": .integer($0.label.id), "label": .string($0.label.name),
                                "score": .number($0.score),
                            ]
                        }),
                ]
            }
        ).document
    }

    /// A line an image and class.
    var text: String {
        rows.map { row in
            ([row.image]
                + row.predictions.map { prediction in
                    String(
                        format: "  %6.2f %%  %@ (class %d)", prediction.score * 100,
                        prediction.label.name, prediction.label.id)
                }).joined(separator: "\n") + "\n"
        }.joined()
    }
}
