public import Encoders
public import Files
internal import Imaging

/// What a bundle predicts with.
public enum BundleMode: String, Sendable {
    /// Class texts through the text tower.
    case zeroShot = "zero-shot"
    /// A trained head on the image embedding.
    case adapter
}

/// One class of a bundle.
public struct BundleLabel: Sendable, Equatable {
    /// The class number.
    public let id: Int
    /// The class's name, as predictions show it.
    public let name: String
    /// The text that stands for it in zero-shot mode.
    public let text: String

    /// A class.
    public init(id: Int, name: String, text: String) {
        (self.id, self.name, self.text) = (id, name, text)
    }
}

/// `bundle.json`: what a bundle is and the digest of each of its files.
public struct BundleManifest: Sendable, Equatable {
    /// A file's size in bytes and SHA-256 digest.
    public struct File: Sendable, Equatable {
        /// Bytes.
        public let size: Int
        /// Lower-case hexadecimal.
        public let sha256: String
    }

    /// Zero-shot or adapter.
    public var mode: BundleMode
    /// Classes in the order of the scores.
    public var labels: [BundleLabel]
    /// How pixels are prepared.
    public var preprocessing: Preprocessing
    /// Logarithm of the factor before the cosine.
    public var logitScale: Double
    /// The template that made the class texts.
    public var template: String
    /// The adapter's description, in adapter mode.
    public var adapter: JSON?
    /// libtorch's version where it was packaged.
    public var libtorch: String
    /// Cambium's version where it was packaged.
    public var program: String
    /// Every file of the bundle but `bundle.json`, by its path in the bundle.
    public var files: [String: File] = [:]

    /// The manifest as `bundle.json`, with a digest of itself, so that no byte of it can change
    /// unnoticed either.
    public var document: String {
        var members = body
        members["manifest_sha256"] = .string(Self.digest(body))
        return JSON.object(members).document
    }

    /// Reads `bundle.json`.
    /// - Throws: ``PackagingError/damaged(path:reason:)`` when it is not what was written.
    public init(text: String, path: String) throws(PackagingError) {
        func damaged(_ reason: String) -> PackagingError { .damaged(path: path, reason: reason) }
        guard let json = try? JSON(parsing: text), var members = json.object else {
            throw damaged("is not a bundle manifest")
        }
        guard members["schema_version"] == 1 else {
            throw damaged("has a schema this version does not know")
        }
        let digest = members.removeValue(forKey: "manifest_sha256")?.string
        guard digest == Self.digest(members), json.document == text else {
            throw damaged("does not match its own digest")
        }
        guard let mode = members["mode"]?.string.flatMap(BundleMode.init),
            let labels = members["labels"]?.array.flatMap(Self.labels),
            let preprocessing = members["preprocessing"].flatMap(Self.preprocessing),
            let scale = members["logit_scale"]?.number, let template = members["template"]?.string,
            let libtorch = members["libtorch"]?.string, let program = members["program"]?.string,
            let files = members["files"]?.object.flatMap(Self.files)
        else { throw damaged("lacks a part") }
        self.mode = mode
        (self.labels, self.preprocessing, logitScale) = (labels, preprocessing, scale)
        (self.template, self.libtorch, self.program) = (template, libtorch, program)
        (self.files, adapter) = (files, members["adapter"])
    }

    /// A manifest without files yet.
    public init(
        mode: BundleMode, labels: [BundleLabel], preprocessing: Preprocessing, logitScale: Double,
        template: String, adapter: JSON?, libtorch: String
    ) {
        self.mode = mode
        (self.labels, self.preprocessing, self.logitScale) = (labels, preprocessing, logitScale)
        (self.template, self.adapter, self.libtorch) = (template, adapter, libtorch)
        program = Release.version
    }
}

extension BundleManifest {
    private var body: [String: JSON] {
        var members: [String: JSON] = [
            "schema_version": 1, "mode": .string(mode.rawValue), "template": .string(template),
            "labels": .array(
                labels.map {
                    [
                        "class_id": .integer($0.id), "label": .string($0.name),
                        "text": .string($0.text),
                    ]
                }),
            "preprocessing": Self.json(preprocessing), "logit_scale": .number(logitScale),
            "temperature": .number(BundleMath.exponential(logitScale)), "operating_points": [],
            "libtorch": .string(libtorch), "program": .string(program),
            "files": .object(
                files.mapValues { ["size": .integer($0.size), "sha256": .string($0.sha256)] }),
        ]
        if let adapter { members["adapter"] = adapter }
        return members
    }

    private static func digest(_ members: [String: JSON]) -> String {
        Digest.sha256(Array(JSON.object(members).document.utf8))
    }

    private static func json(_ preprocessing: Preprocessing) -> JSON {
        let members: [String: JSON] = [
            "height": .integer(preprocessing.height), "width": .integer(preprocessing.width),
            "mean": .array(preprocessing.mean.map(JSON.number)),
            "std": .array(preprocessing.deviation.map(JSON.number)),
            "resize": "bicubic, as Pillow 11, aspect not kept", "color": "RGB",
        ]
        return .object(members.merging(preprocessing.reading?.members ?? [:]) { own, _ in own })
    }

    private static func preprocessing(_ json: JSON) -> Preprocessing? {
        var result = Preprocessing()
        guard let height = json["height"]?.integer, let width = json["width"]?.integer,
            let mean = json["mean"]?.array?.compactMap(\.number), mean.count == 3,
            let deviation = json["std"]?.array?.compactMap(\.number), deviation.count == 3
        else { return nil }
        (result.height, result.width, result.mean, result.deviation) =
            (height, width, mean, deviation)
        if json["intensity"] != nil {
            guard let reading = ImageReading(json) else { return nil }
            result.reading = reading
        }
        return result
    }

    private static func labels(_ entries: [JSON]) -> [BundleLabel]? {
        var labels: [BundleLabel] = []
        for entry in entries {
            guard let id = entry["class_id"]?.integer, let name = entry["label"]?.string,
                let text = entry["text"]?.string
            else { return nil }
            labels.append(BundleLabel(id: id, name: name, text: text))
        }
        return labels.isEmpty ? nil : labels
    }

    private static func files(_ members: [String: JSON]) -> [String: File]? {
        var files: [String: File] = [:]
        for (name, entry) in members {
            guard let size = entry["size"]?.integer, let digest = entry["sha256"]?.string else {
                return nil
            }
            files[name] = File(size: size, sha256: digest)
        }
        return files
    }
}
