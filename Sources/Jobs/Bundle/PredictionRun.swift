internal import CambiumCorpus
internal import CambiumFiles
package import CambiumPackaging
internal import CambiumTorch
internal import Foundation

/// Images through an engine, some at a time.
package struct PredictionRun {
    private let engine: Engine
    private let top: Int
    private let point: OperatingPoint?
    private static let batch = 16

    /// Loads the bundle; `device` as the commands name it, `top` classes an image are kept.
    package init(bundle: String, device: String, top: Int, operatingPoint: String? = nil) throws {
        let (opened, point) = try Arguments.checked {
            let bundle = try ModelBundle(bundle)
            return (bundle, try bundle.manifest.decision(named: operatingPoint))
        }
        engine = try Engine(opened, device: Arguments.device(device))
        (self.top, self.point) = (top, point)
    }

    /// What came out, in the order of the images.
    package struct Result {
        package var rows: [(image: String, predictions: [Prediction])] = []
        package var operatingPoint: String?
        package var failed = 0
    }

    package func predict(_ paths: [String], log: Log) throws -> Result {
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
    package var json: String {
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
    package var text: String {
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
