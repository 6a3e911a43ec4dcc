internal import CambiumCorpus
internal import CambiumEncoders
internal import CambiumFiles
public import CambiumPackaging
public import CambiumTorch
internal import Foundation

/// What becomes a bundle.
public struct PackageOptions: Sendable {
    /// The model folder.
    public var model: String
    /// The label file, a class a line.
    public var labels: String
    /// The bundle to write, a folder, or a file `X.tar`; nothing may stand there.
    public var out: String
    /// An adapter folder; without one the bundle is a zero-shot classifier.
    public var adapter: String?
    /// The text of a class; `{}` stands for its name.
    public var template = "{}"
    /// Whether an image may have several classes, where there is no adapter to say so.
    public var isMultiLabel = false
    /// A `metrics.json` to take along and show in the model card.
    public var metrics: String?
    /// A `metrics.json` whose thresholds, chosen on validation rows, go along.
    public var operatingPoints: String?
    /// The data set that was learned from: predictions read files by its recipe.
    public var data: String?
    /// How the weights are stored; nil: they stay where they are.
    public var precision: WeightPrecision? = .float32
    /// Image files to go along with what is computed for them.
    public var goldenFiles: [String] = []
    /// So many test images of ``data`` go along as well.
    public var goldenRows = 0
    /// The class id of the label file's first line, where there is no adapter; nil: 1.
    public var firstClassID: Int?
    /// The variables that say where a model's parts lie.
    public var environment = ProcessInfo.processInfo.environment

    /// A zero-shot classifier.
    public init(model: String, labels: String, out: String) {
        (self.model, self.labels, self.out) = (model, labels, out)
    }
}

/// A model, its classes and perhaps an adapter in one place that predicts.
public struct PackageJob: Sendable {
    private let options: PackageOptions

    /// A job for a bundle.
    public init(_ options: PackageOptions) { self.options = options }

    /// Writes the bundle.
    /// - Returns: what it says of itself, read from where it lies.
    @discardableResult
    public func run(log: Log = Log()) throws -> BundleManifest {
        try Paths.requireFresh(options.out)
        try Arguments.checked { try writer() }.write(to: options.out)
        // A bundle that does not load is no bundle.
        let manifest = try ModelBundle(options.out).manifest
        log.note(
            "\(manifest.mode.rawValue) bundle, \(manifest.labels.count) classes, "
                + "\(manifest.files.count) files")
        return manifest
    }

    private func writer() throws -> BundleWriter {
        try Paths.requireFile(options.labels)
        if let data = options.data { try Paths.requireFolder(data) }
        for file in [options.metrics, options.operatingPoints].compactMap(\.self) {
            try Paths.requireFile(file)
        }
        if let adapter = options.adapter { try Paths.requireFolder(adapter) }
        return try BundleWriter(
            ModelBundle.model(at: options.model, environment: options.environment),
            labels: LabelFile(options.labels, firstClassID: options.firstClassID ?? 1),
            adapter: options.adapter, template: options.template,
            data: options.data.map { try DataSetFolder($0) }, options: try contents())
    }

    private func contents() throws -> BundleOptions {
        var contents = BundleOptions()
        (contents.metrics, contents.operatingPoints) = (options.metrics, options.operatingPoints)
        contents.isMultiLabel = options.isMultiLabel
        contents.precision = options.precision
        contents.golden = try golden()
        return contents
    }

    /// The pictures for golden rows: files, then test rows as evenly as they can be taken.
    private func golden() throws -> [GoldenPicture] {
        let files = try options.goldenFiles.map { path in
            try Paths.requireFile(path)
            return GoldenPicture(name: path, bytes: try FileSystem.read(path))
        }
        guard options.goldenRows > 0, let data = options.data else { return files }
        let split = try DataSetFolder(data).split(.test)
        let count = min(options.goldenRows, split.count)
        return try files
            + (0..<count).map { index in
                let row = index * split.count / count
                return GoldenPicture(name: split.key(row), bytes: try split.bytes(row))
            }
    }
}
