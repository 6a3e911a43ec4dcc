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
}

/// The entry of `bundle.json`: what it has beside `place` depends on that.
extension BundleWeights: Codable {
    private enum CodingKeys: String, CodingKey {
        case place, path
        case precision = "dtype"
        case origin = "source_sha256"
    }

    private enum Place: String, Codable, CaseIterable { case bundle, reference }

    /// Writes the entry.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        if let reference {
            try members.encode(Place.reference, forKey: .place)
            try members.encode(reference.path, forKey: .path)
            try reference.file.encode(to: encoder)
        } else {
            try members.encode(Place.bundle, forKey: .place)
            try members.encode((precision ?? .float32).rawValue, forKey: .precision)
            try members.encode(origin, forKey: .origin)
        }
    }

    /// Reads the entry.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        switch try members.decode(Place.self, forKey: .place) {
        case .bundle:
            let name = try members.decode(String.self, forKey: .precision)
            guard let precision = WeightPrecision(rawValue: name) else {
                throw members.refusal(.precision, "is no precision that this version knows")
            }
            self.init(precision, origin: try members.decode(String.self, forKey: .origin))
        case .reference:
            self.init(
                Reference(
                    path: try members.decode(String.self, forKey: .path),
                    file: try BundleManifest.File(from: decoder)))
        }
    }
}
