internal import CambiumAdapters
internal import CambiumEncoders
internal import CambiumFiles
internal import CambiumImaging
internal import CambiumPackaging
internal import CambiumTorch
internal import Foundation

/// `cambium predict --stream`: a loaded bundle that answers requests, so that another program starts
/// it once and keeps the model. A request is a line of JSON and so is its answer; `docs/bundle.md`
/// says what they hold.
public struct PredictionStream {
    private static let mostBytes = 256 << 20
    private static let mostRows = 1024
    private static let batch = 16
    private let engine: Engine
    private let manifest: BundleManifest

    /// Loads the bundle.
    /// - Parameters:
    ///   - device: `cpu`, `cuda`, `cuda:N` or `auto`.
    ///   - forMLflow: what MLflow's registry adds to a model's folder is no damage.
    public init(bundle: String, device: String = "auto", forMLflow: Bool = false) throws {
        let opened = try Arguments.checked {
            try ModelBundle(bundle, ignoring: forMLflow ? ["registered_model_meta"] : [])
        }
        engine = try Engine(opened, device: Arguments.device(device))
        manifest = opened.manifest
    }

    /// Answers the lines that arrive at a descriptor until its end; `send` takes the greeting and
    /// each answer, a line that ends with a line feed.
    public func run(from input: Int32, send: ([UInt8]) throws -> Void) throws {
        func write(_ json: JSON) throws { try send(Array((json.line + "\n").utf8)) }
        try write(greeting)
        var input = LineInput(input, limit: Self.mostBytes)
        while let line = try input.next() {
            try write(
                line.map(answer) ?? refusal("the line is longer than \(Self.mostBytes) bytes"))
        }
    }

    /// Said once the model is loaded.
    private var greeting: JSON {
        [
            "protocol": 1, "program": .string(Release.version),
            "mode": .string(manifest.mode.rawValue), "task": .string(manifest.task.rawValue),
            "width": .integer(engine.width), "scaling_factor": .number(engine.logitScale),
            "labels": .array(
                engine.labels.map { ["class_id": .integer($0.id), "label": .string($0.name)] }),
            "operating_points": .array(
                manifest.operatingPoints.map { .string($0.criterion) }),
        ]
    }

    private func refusal(_ reason: String, id: JSON = .null) -> JSON {
        ["id": id, "error": .string(reason)]
    }

    /// The answer to a request, an `error` where it makes no sense; a row that cannot be used has
    /// an `error` of its own.
    private func answer(_ line: [UInt8]) -> JSON {
        let json: JSON
        do { json = try JSON(parsing: line) } catch { return refusal("no JSON: \(error)") }
        let id = json["id"] ?? .null
        do {
            let request = try StreamRequest(json, most: Self.mostRows)
            let point = try manifest.decision(named: request.operatingPoint)
            var members: [String: JSON] = ["id": id]
            if let point { members["operating_point"] = .string(point.criterion) }
            members["images"] = .array(try images(request, point))
            if !request.texts.isEmpty { members["texts"] = try texts(request.texts) }
            return .object(members)
        } catch { return refusal("\(error)", id: id) }
    }

    private func images(_ request: StreamRequest, _ point: OperatingPoint?) throws -> [JSON] {
        try stride(from: 0, to: request.images.count, by: Self.batch).flatMap { start in
            let end = min(start + Self.batch, request.images.count)
            return try part(Array(request.images[start..<end]), request, point)
        }
    }

    private func part(
        _ images: [JSON], _ request: StreamRequest, _ point: OperatingPoint?
    ) throws -> [JSON] {
        let prepared = Self.prepare(images, engine.preparation, request.standardization)
        let output = try engine.run(prepared.compactMap { try? $0.get() })
        let predictions = engine.predictions(output, deciding: point)
        var row = 0
        return prepared.map { picture in
            if case .failure(let error) = picture { return ["error": .string("\(error)")] }
            defer { row += 1 }
            var members: [String: JSON] = [
                "predictions": JSON.encode(predictions[row])
            ]
            if request.wantsEmbeddings {
                members["embedding"] = .array(output.embedding(row).map { .number(Double($0)) })
            }
            return .object(members)
        }
    }

    private func texts(_ texts: [String]) throws -> JSON {
        let (values, width) = (try engine.embed(texts: texts), engine.width)
        return .array(
            texts.indices.map { row in
                .array(values[row * width..<(row + 1) * width].map { .number(Double($0)) })
            })
    }

    /// Decodes on all processors.
    private static func prepare(
        _ images: [JSON], _ preparation: ImagePreparation, _ standardization: ImageStandardization?
    ) -> [Result<[Float], RowError>] {
        Workers.map(images.count) { Self.pixels(images[$0], preparation, standardization) }
    }

    private static func pixels(
        _ image: JSON, _ preparation: ImagePreparation, _ standardization: ImageStandardization?
    ) -> Result<[Float], RowError> {
        guard let text = image.string else { return .failure(RowError("is no text")) }
        guard let bytes = try? Base64.decode(text, skipsSpace: true).get() else {
            return .failure(RowError("is no base64"))
        }
        guard !bytes.isEmpty else { return .failure(RowError("is empty")) }
        return Result {
            try preparation.pixels(bytes, standardization: standardization)
        }.mapError { RowError("\($0)") }
    }
}
