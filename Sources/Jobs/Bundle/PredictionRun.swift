internal import CambiumCorpus
internal import CambiumFiles
public import CambiumPackaging
internal import CambiumTorch
internal import Foundation

/// How a bundle is asked.
public struct PredictionOptions: Sendable {
    /// The bundle, a folder or a tar.
    public var bundle: String
    /// `cpu`, `cuda`, `cuda:N` or `auto`.
    public var device = "auto"
    /// Classes of an image that are kept, the likeliest.
    public var top = Int.max
    /// The bundle's thresholds of this name decide which classes are present; nil: its first ones,
    /// where images may have several classes.
    public var operatingPoint: String?

    /// All classes of a bundle.
    public init(bundle: String) { self.bundle = bundle }
}

/// Images through a bundle, some at a time.
public struct PredictionRun {
    private let engine: Engine
    private let top: Int
    private let point: OperatingPoint?
    private static let batch = 16

    /// Loads the bundle.
    public init(_ options: PredictionOptions) throws {
        let (opened, point) = try Arguments.checked {
            let bundle = try ModelBundle(options.bundle)
            return (bundle, try bundle.manifest.decision(named: options.operatingPoint))
        }
        engine = try Engine(opened, device: Arguments.device(options.device))
        (top, self.point) = (options.top, point)
    }

    /// What came out, in the order of the images.
    public struct Result: Sendable {
        /// An image's name, with its frame's number where there are several, and its classes.
        public internal(set) var rows: [(image: String, predictions: [Prediction])] = []
        /// The thresholds that decided.
        public internal(set) var operatingPoint: String?
        /// Images that cannot be read.
        public internal(set) var failed = 0
    }

    /// The classes of image files; warns of those that cannot be read.
    public func predict(_ paths: [String], log: Log = Log()) throws -> Result {
        var result = Result(operatingPoint: point?.criterion)
        // The names are the paths as they were given, with the frame's number where there is one.
        let pictures = paths.flatMap { path in
            ImageFile.pictures(in: path, named: "").map { (name: path + $0.key, file: $0) }
        }
        for start in stride(from: 0, to: pictures.count, by: Self.batch) {
            let part = pictures[start..<min(start + Self.batch, pictures.count)]
            let prepared = part.compactMap { picture -> (String, [Float])? in
                do {
                    return (picture.name, try engine.prepare(picture.file.image(engine.reading)))
                } catch CorpusError.image(_, let reason) {
                    log.warning("\(picture.name): \(reason)")
                } catch {
                    log.warning("\(error)")
                }
                result.failed += 1
                return nil
            }
            let predictions = try engine.predict(prepared.map(\.1), deciding: point)
            result.rows += zip(prepared, predictions).map { ($0.0, Array($1.prefix(top))) }
        }
        return result
    }
}

extension PredictionRun.Result {
    /// The contract's form: a list of images, each with its classes, scores falling.
    public var json: String {
        JSON.array(
            rows.map { row in
                var members: [String: JSON] = [
                    "image": .string(row.image),
                    "predictions": JSON.encode(row.predictions),
                ]
                if let operatingPoint { members["operating_point"] = .string(operatingPoint) }
                return .object(members)
            }
        ).document
    }

    /// A line an image and class.
    public var text: String {
        rows.map { row in
            ([row.image]
                + row.predictions.map { prediction in
                    String(
                        format: "  %6.2f %%  %@ (class %d)%@", prediction.score * 100,
                        prediction.label.name, prediction.label.id,
                        prediction.isPresent.map { $0 ? ", present" : ", absent" } ?? "")
                }).joined(separator: "\n") + "\n"
        }.joined()
    }
}
