internal import Corpus
internal import Files
internal import Foundation
internal import Packaging
internal import Torch

/// Images through an engine, some at a time.
struct PredictionRun {
    private let engine: Engine
    private let top: Int
    private static let batch = 16

    /// Loads the bundle; `device` as the commands name it, `top` classes an image are kept.
    init(bundle: String, device: String, top: Int) throws {
        engine = try Engine(
            Arguments.checked { try ModelBundle(bundle) },
            device: Arguments.device(device))
        self.top = top
    }

    /// What came out, in the order of the images.
    struct Result {
        var rows: [(image: String, predictions: [Prediction])] = []
        var failed = 0
    }

    func predict(_ paths: [String], log: Log) throws -> Result {
        var result = Result()
        // The names are the paths as they were given, with the frame's number where there is one.
        let pictures = paths.flatMap { path in
            ImageFile.pictures(in: path, named: "").map { (name: path + $0.key, file: $0) }
        }
        for start in stride(from: 0, to: pictures.count, by: Self.batch) {
            let part = pictures[start..<min(start + Self.batch, pictures.count)]
            let prepared = part.compactMap { picture -> (String, [Float])? in
                do {
                    return (picture.name, engine.prepare(try picture.file.image(engine.reading)))
                } catch CorpusError.image(_, let reason) {
                    log.warning("\(picture.name): \(reason)")
                } catch {
                    log.warning("\(error)")
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
