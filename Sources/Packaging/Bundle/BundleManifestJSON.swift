internal import CambiumAdapters
internal import CambiumEncoders
internal import CambiumFiles
internal import CambiumImaging
internal import Glibc

extension BundleManifest {
    /// Bytes that a manifest may have; the largest known has some thousand classes.
    static let mostBytes = 64 << 20
    private static let mostFiles = 10_000

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
        if let unknown = Set(members.keys).subtracting(Self.keys).sorted().first {
            throw damaged("says \(shown(unknown)), which this version does not know")
        }
        guard let mode = members["mode"]?.string.flatMap(BundleMode.init),
            let labels = members["labels"]?.array.flatMap(Self.labels),
            let preprocessing = members["preprocessing"].flatMap(Self.preprocessing),
            let scale = members["logit_scale"]?.number, let template = members["template"]?.string,
            let libtorch = members["libtorch"]?.string, let program = members["program"]?.string,
            let files = members["files"]?.object.flatMap(Self.files)
        else { throw damaged("lacks a part") }
        self.init(
            mode: mode, labels: labels, preprocessing: preprocessing, logitScale: scale,
            template: template, adapter: members["adapter"], libtorch: libtorch)
        (self.program, self.files) = (program, files)
        (data, metrics) = (members["data"], members["metrics"])
        guard read(members) else { throw damaged("has a part that makes no sense") }
        if let stray = files.keys.sorted().first(where: { !Self.isPlain($0) }) {
            throw damaged("names \(shown(stray)), which is no path inside the bundle")
        }
    }

    private static let keys: Set = [
        "adapter", "data", "files", "labels", "libtorch", "logit_scale", "metrics", "mode",
        "operating_points", "preprocessing", "program", "schema_version", "task", "temperature",
        "template", "weights",
    ]

    /// The parts that bundles of the first versions did not have.
    private mutating func read(_ members: [String: JSON]) -> Bool {
        if let text = members["task"] {
            guard let task = text.string.flatMap(HeadConfiguration.Task.init) else { return false }
            self.task = task
        }
        if let json = members["weights"] {
            guard let weights = BundleWeights(json) else { return false }
            self.weights = weights
        }
        let (entries, ids) = (members["operating_points"]?.array ?? [], labels.map(\.id))
        operatingPoints = entries.compactMap { OperatingPoint($0, classes: ids) }
        return operatingPoints.count == entries.count
    }

    /// Whether a name is the path of a file below a folder and nothing else.
    static func isPlain(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return name.utf8.count <= 250 && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
            && parts.allSatisfy { part in
                !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
            }
    }
}

extension BundleManifest {
    private var body: [String: JSON] {
        var members: [String: JSON] = [
            "schema_version": 1, "mode": .string(mode.rawValue), "template": .string(template),
            "task": .string(task.rawValue), "weights": weights.json,
            "labels": .array(
                labels.map {
                    [
                        "class_id": .integer($0.id), "label": .string($0.name),
                        "text": .string($0.text),
                    ]
                }),
            "preprocessing": Self.json(preprocessing), "logit_scale": .number(logitScale),
            "temperature": .number(exp(logitScale)),
            "operating_points": .array(operatingPoints.map(\.json)),
            "libtorch": .string(libtorch), "program": .string(program),
            "files": .object(files.mapValues(\.json)),
        ]
        if let adapter { members["adapter"] = adapter }
        if let data { members["data"] = data }
        if let metrics { members["metrics"] = metrics }
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
        let files = members.compactMapValues(File.init)
        return files.count == members.count && files.count <= mostFiles ? files : nil
    }
}

extension BundleManifest.File {
    /// Reads an entry with `size` and `sha256`; nil where it is none.
    init?(_ json: JSON) {
        guard let size = json["size"]?.integer, size >= 0, let digest = json["sha256"]?.string
        else {
            return nil
        }
        self.init(size: size, sha256: digest)
    }

    var json: JSON { ["size": .integer(size), "sha256": .string(sha256)] }
}
