public import CambiumAdapters
public import CambiumEncoders
public import CambiumFiles

/// What a bundle predicts with.
public enum BundleMode: String, Codable, CaseIterable, Sendable {
    /// Class texts through the text tower.
    case zeroShot = "zero-shot"
    /// A trained head on the image embedding.
    case adapter
}

/// One class of a bundle.
public struct BundleLabel: Codable, Sendable, Equatable {
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

    enum CodingKeys: String, CodingKey {
        case id = "class_id"
        case name = "label"
        case text
    }
}

/// `bundle.json`: what a bundle is and the digest of each of its files.
public struct BundleManifest: Encodable, Sendable, Equatable {
    /// A file's size in bytes and SHA-256 digest.
    public struct File: Encodable, Sendable, Equatable {
        /// Bytes.
        public let size: Int
        /// Lower-case hexadecimal.
        public let sha256: String

        enum CodingKeys: CodingKey { case size, sha256 }
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case mode, task, labels, preprocessing, template, adapter, weights, data, metrics, libtorch
        case program, files
        case logitScale = "logit_scale"
        case operatingPoints = "operating_points"
    }

    /// Zero-shot or adapter.
    public var mode: BundleMode
    /// Whether an image has one class (probabilities sum to 1) or any number of them (each
    /// probability stands for itself, and an operating point decides).
    public var task = HeadConfiguration.Task.single
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
    /// Thresholds that were chosen on validation rows; of those that nobody asks for by name, the
    /// first decides.
    public var operatingPoints: [OperatingPoint] = []
    /// Where the weights stand.
    public var weights = BundleWeights()
    /// The data set that was learned from: the digest of its `dataset.json` and its counts.
    public var data: JSON?
    /// The metrics that were taken along: the digest of the file as it was given.
    public var metrics: JSON?
    /// libtorch's version where it was packaged.
    public var libtorch: String
    /// Cambium's version where it was packaged.
    public var program: String
    /// Every file of the bundle but `bundle.json`, by its path in the bundle.
    public var files: [String: File] = [:]

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

    /// What decides which classes are present: the operating point of that name, without a name
    /// the first one, or one half, of a bundle whose images may have several classes; else nil,
    /// the likeliest class.
    /// - Throws: ``PackagingError/mismatch(_:)`` for a name that the bundle does not know.
    public func decision(named name: String?) throws(PackagingError) -> OperatingPoint? {
        guard let name else {
            return task == .single ? nil : operatingPoints.first ?? .half(labels)
        }
        if let point = operatingPoints.first(where: { $0.criterion == name }) { return point }
        let known = operatingPoints.map(\.criterion).joined(separator: ", ")
        throw .mismatch(
            "operating point \(shown(name)): "
                + (known.isEmpty ? "this bundle has none" : "this bundle has \(known)"))
    }
}
