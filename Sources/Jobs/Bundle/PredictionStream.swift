internal import CambiumAdapters
internal import CambiumEncoders
internal import CambiumFiles
internal import CambiumImaging
internal import CambiumPackaging
internal import CambiumTorch
internal import Foundation
internal import Glibc

/// `cambium predict --stream`: a loaded bundle that answers requests from standard input, so that
/// another program starts it once and keeps the model. A request is a line of JSON and so is its
/// answer; `docs/bundle.md` says what they hold. The end of the input ends the program.
package struct PredictionStream {
    private static let mostBytes = 256 << 20
    private static let mostRows = 1024
    private static let batch = 16
    private let engine: Engine
    private let manifest: BundleManifest

    /// Loads the bundle. `forMLflow`: what MLflow's registry adds to a model's folder is no damage.
    package init(bundle: String, device: String, forMLflow: Bool) throws {
        let opened = try Arguments.checked {
            try ModelBundle(bundle, ignoring: forMLflow ? ["registered_model_meta"] : [])
        }
        engine = try Engine(opened, device: Arguments.device(device))
        manifest = opened.manifest
    }

    package func run() throws {
        try write(greeting)
        var input = LineInput(limit: Self.mostBytes)
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

    private func write(_ json: JSON) throws {
        var rest = Array((json.line + "\n").utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(1, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw ExitStatus.broken }
            rest = rest.dropFirst(count)
        }
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
                "predictions": .array(predictions[row].map(\.json))
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

/// Why one row has no answer.
private struct RowError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A request of ``PredictionStream``.
struct StreamRequest {
    var images: [JSON] = []
    var texts: [String] = []
    var wantsEmbeddings = false
    var standardization: ImageStandardization?
    var operatingPoint: String?

    init(_ json: JSON, most: Int) throws {
        guard let members = json.object else { throw RowError("the request is no object") }
        let known: Set = [
            "id", "images", "texts", "embeddings", "standardization", "operating_point",
        ]
        if let stray = Set(members.keys).subtracting(known).sorted().first {
            throw RowError("\(stray) is not known")
        }
        images = try Self.list(members["images"], "images", most)
        texts = try Self.list(members["texts"], "texts", most).map { entry in
            guard let text = entry.string else { throw RowError("texts must be texts") }
            return text
        }
        wantsEmbeddings = members["embeddings"] == true
        operatingPoint = members["operating_point"]?.string
        if let wanted = members["standardization"], wanted != .null {
            standardization = try ImageStandardization(
                size: wanted["size"]?.integer ?? 512, quality: wanted["quality"]?.integer ?? 75)
        }
    }

    private static func list(_ json: JSON?, _ name: String, _ most: Int) throws -> [JSON] {
        guard let json, json != .null else { return [] }
        guard let entries = json.array, entries.count <= most else {
            throw RowError("\(name) must be a list of at most \(most)")
        }
        return entries
    }
}

/// What ends the stream.
private enum ExitStatus: Error, CustomStringConvertible {
    case broken

    var description: String { "standard output: cannot write; whoever asked is gone" }
}

/// Lines of standard input, each of bounded length.
struct LineInput {
    private let limit: Int
    private var buffer: [UInt8] = []
    private var searched = 0
    private var isSkipping = false
    private var isEnded = false

    init(limit: Int) { self.limit = limit }

    /// The next line without its end; an inner nil for one that is too long; nil at the end.
    mutating func next() throws -> [UInt8]?? {
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                let line = Array(buffer[..<end])
                buffer.removeSubrange(...end)
                searched = 0
                if isSkipping {
                    isSkipping = false
                    return .some(nil)
                }
                if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { continue }
                return .some(line)
            }
            searched = buffer.count
            if isEnded { return try last() }
            if buffer.count > limit {
                (isSkipping, searched) = (true, 0)
                buffer.removeAll()
            }
            try fill()
        }
    }

    private mutating func last() throws -> [UInt8]?? {
        defer { (buffer, searched) = ([], 0) }
        return buffer.isEmpty || isSkipping ? nil : .some(buffer)
    }

    private mutating func fill() throws {
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        let count = read(0, &chunk, chunk.count)
        if count < 0, errno != EINTR {
            throw FileError.refused(
                operation: "read", path: "standard input", reason: String(cString: strerror(errno)))
        }
        if count == 0 { isEnded = true }
        if count > 0 { buffer.append(contentsOf: chunk[..<count]) }
    }
}
