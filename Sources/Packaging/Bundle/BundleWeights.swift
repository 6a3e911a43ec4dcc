internal import CambiumFiles
public import CambiumTorch

/// Where a bundle's weights stand and how they are written.
public struct BundleWeights: Sendable, Equatable {
    /// Weights that stayed where they were.
    public struct Reference: Sendable, Equatable {
        /// The absolute path of the file where it was packaged.
        public let path: String
        /// Its size and SHA-256 digest.
        public let file: BundleManifest.File
    }

    /// How the numbers are stored; nil for a file that is referred to, which stays as it is.
    public var precision: WeightPrecision?
    /// The file outside of the bundle; nil where the bundle holds `model.safetensors`.
    public var reference: Reference?
    /// The SHA-256 digest of the file that was packaged.
    public var origin: String

    /// Weights in the bundle.
    public init(_ precision: WeightPrecision = .float32, origin: String = "") {
        (self.precision, self.origin) = (precision, origin)
    }

    private init(_ reference: Reference) {
        (self.reference, origin) = (reference, reference.file.sha256)
    }

    /// Weights that stay at `path`.
    init(reference path: String) throws {
        let whole = path.hasPrefix("/") ? path : "\(FileSystem.workingFolder)/\(path)"
        let file = BundleManifest.File(
            size: try FileSystem.size(path), sha256: try Digest.sha256(file: path))
        self.init(Reference(path: whole, file: file))
    }

    /// The entry of `bundle.json`.
    var json: JSON {
        guard let reference else {
            return [
                "place": "bundle", "dtype": .string(precision?.rawValue ?? "float32"),
                "source_sha256": .string(origin),
            ]
        }
        return [
            "place": "reference", "path": .string(reference.path),
            "size": .integer(reference.file.size), "sha256": .string(reference.file.sha256),
        ]
    }

    /// Reads the entry; nil where it makes no sense.
    init?(_ json: JSON) {
        if json["place"] == "bundle" {
            guard let precision = json["dtype"]?.string.flatMap(WeightPrecision.init),
                let origin = json["source_sha256"]?.string
            else { return nil }
            self.init(precision, origin: origin)
            return
        }
        guard json["place"] == "reference", let path = json["path"]?.string,
            let file = BundleManifest.File(json)
        else { return nil }
        self.init(Reference(path: path, file: file))
    }
}
