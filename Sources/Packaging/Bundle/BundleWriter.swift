internal import CambiumAdapters
public import CambiumCorpus
public import CambiumEncoders
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumImaging
public import CambiumTorch

/// What goes into a bundle beside a model, its classes and its head, and in which form.
public struct BundleOptions: Sendable {
    /// A `metrics.json` to take along and show in the model card.
    public var metrics: String?
    /// A `metrics.json` whose thresholds, chosen on validation rows, are the operating points.
    public var operatingPoints: String?
    /// Whether an image may have several classes, where there is no adapter to say so.
    public var isMultiLabel = false
    /// How the weights are stored; nil: they stay where they are.
    public var precision: WeightPrecision? = .float32
    /// Pictures that go along with what is computed for them; without any, patterns that show
    /// nobody.
    public var golden: [GoldenPicture] = []

    /// A bundle in float32 without measured numbers.
    public init() {}
}

/// Puts a model, its classes and perhaps a head into one folder, or one tar, that predicts.
public struct BundleWriter {
    private let folder: ModelFolder
    private let configuration: ModelConfiguration
    private let labels: LabelFile
    private let adapter: (folder: AdapterFolder, path: String)?
    private let template: String
    private let data: DataSetFolder?
    private let options: BundleOptions

    /// A bundle of `folder`'s model for the classes of `labels`; with an adapter, its classes
    /// must be the label file's. `{}` in `template` stands for a class's name. `data` is the data
    /// set whose recipe for reading files predictions repeat, where the model does not name one
    /// itself.
    public init(
        _ folder: ModelFolder, labels: LabelFile, adapter: String?, template: String,
        data: DataSetFolder? = nil, options: BundleOptions = BundleOptions()
    ) throws {
        (self.folder, self.template, self.data) = (folder, template, data)
        self.options = options
        var configuration = folder.configuration
        self.adapter = try adapter.map { (try AdapterFolder($0), $0) }
        configuration.preprocessing.reading = try Self.reading(folder, data, self.adapter)
        self.configuration = configuration
        self.labels = try Self.numbered(labels, self.adapter?.folder)
        guard template.contains("{}") else {
            throw PackagingError.mismatch(
                "--template \(template): must contain {}, which stands for the class's name")
        }
        guard !options.isMultiLabel || adapter == nil else {
            throw PackagingError.mismatch(
                "--multi-label: the adapter says itself whether an image may have several classes")
        }
    }

    /// Writes the bundle whole or not at all, as a tar where the name ends so; `path` must not
    /// exist. The same inputs give the same bytes.
    public func write(to path: String) throws {
        guard FileSystem.kind(path) == nil, !FileSystem.isLink(path) else {
            throw PackagingError.occupied(path: path)
        }
        let model = try folder.load()
        try checkWidth(model)
        let scale = try withoutGradients { try model.logitScale.item() }
        guard scale.isFinite else {
            throw PackagingError.mismatch("\(folder.path): logit_scale is \(scale); no model")
        }
        let metrics = try options.metrics.map { try BundleMetrics($0, labels: entries) }
        let manifest = try manifest(logitScale: scale, metrics)
        let isTar = path.hasSuffix(".tar")
        let staging = try StagedFolder(isTar ? "\(path).parts" : path)
        try ModelFolder.fill(
            staging.path, model.named, configuration, folder.tokenizerLocation(),
            precision: options.precision)
        try folder.learned.write(to: staging.path)
        let written = try writeParts(manifest, metrics, to: staging.path)
        if isTar {
            try BundleTar.write(
                staging.path, files: written.files.keys + ["bundle.json"], to: path)
        } else {
            try staging.commit()
        }
    }

    private var entries: [BundleLabel] {
        labels.classIDs.compactMap { id in
            labels.text(of: id).map { name in
                BundleLabel(id: id, name: name, text: Self.fill(template, name))
            }
        }
    }

    private func manifest(logitScale: Double, _ metrics: BundleMetrics?) throws -> BundleManifest {
        var manifest = BundleManifest(
            mode: adapter == nil ? .zeroShot : .adapter, labels: entries,
            preprocessing: configuration.preprocessing, logitScale: logitScale, template: template,
            adapter: adapter?.folder.record, libtorch: Runtime.version)
        manifest.task =
            adapter?.folder.head.configuration.task ?? (options.isMultiLabel ? .multiple : .single)
        manifest.weights = try weights()
        manifest.operatingPoints =
            try options.operatingPoints.map { try OperatingPoint.read($0, for: manifest.labels) }
            ?? []
        manifest.metrics = metrics?.record
        manifest.data = try data.flatMap(Self.record)
        return manifest
    }

    private func weights() throws -> BundleWeights {
        guard let path = folder.weightsPath else {
            throw PackagingError.mismatch("\(folder.path): holds no weights to package")
        }
        guard let precision = options.precision else { return try BundleWeights(reference: path) }
        return BundleWeights(precision, origin: try Digest.sha256(file: path))
    }

    private func writeParts(
        _ plain: BundleManifest, _ metrics: BundleMetrics?, to staged: String
    ) throws -> BundleManifest {
        var manifest = plain
        if let adapter {
            try AdapterFolder.write(adapter.folder.head, to: "\(staged)/adapter.safetensors")
        }
        try FileSystem.write(
            labels.texts.map { $0 + "\n" }.joined(), to: "\(staged)/labels.txt")
        if let metrics {
            try FileSystem.write(metrics.json.document, to: "\(staged)/metrics.json")
        }
        try FileSystem.makeFolder("\(staged)/code")
        for (name, text) in MLflowFiles.fixed {
            try FileSystem.write(text, to: "\(staged)/\(name)")
        }
        try writeGolden(manifest, to: staged)
        try FileSystem.write(
            ModelCard(manifest, metrics: metrics?.json).text, to: "\(staged)/MODEL_CARD.md")
        manifest.files = try BundleFiles.digests(in: staged)
        let model = MLflowFiles.model(manifest.files)
        try FileSystem.write(model, to: "\(staged)/MLmodel")
        manifest.files["MLmodel"] = BundleManifest.File(
            size: model.utf8.count, sha256: Digest.sha256(Array(model.utf8)))
        try FileSystem.write(manifest.document, to: "\(staged)/bundle.json")
        return manifest
    }

    /// What the weights give as they are stored, which is not always what they were trained to.
    private func writeGolden(_ manifest: BundleManifest, to staged: String) throws {
        let stored = try ModelFolder(staged)
        let engine = try Engine(
            options.precision == nil ? stored.with(weights: folder.weightsPath ?? "") : stored,
            manifest.preprocessing, folder.path + (adapter.map { " with \($0.path)" } ?? ""),
            manifest, adapter?.folder.head, .cpu)
        guard options.golden.count <= GoldenRows.most else {
            throw PackagingError.mismatch(
                "\(options.golden.count) golden images: at most \(GoldenRows.most) go along")
        }
        _ = try GoldenRows(
            options.golden.isEmpty ? GoldenPicture.patterns() : options.golden, engine, in: staged)
    }

    private func checkWidth(_ model: ImageTextModel) throws {
        guard let adapter else { return }
        // The bundle gives its head embeddings of length 1 and nothing else.
        guard adapter.folder.record["normalized"] != false else {
            throw PackagingError.mismatch(
                "\(adapter.path): was trained on embeddings that are not normalised; embed without "
                    + "--no-normalize and adapt again")
        }
        let expected = adapter.folder.head.configuration.input
        guard model.configuration.projection == expected else {
            throw AdapterError.width(
                path: folder.path, expected: expected, got: model.configuration.projection)
        }
    }
}

extension BundleWriter {
    /// The recipe that the head's embeddings, the model and the data set agree on. A head that says
    /// what its embeddings came from decides: it knows nothing else.
    private static func reading(
        _ folder: ModelFolder, _ data: DataSetFolder?,
        _ adapter: (folder: AdapterFolder, path: String)?
    ) throws -> ImageReading? {
        guard let adapter, let origin = try adapter.folder.origin(at: adapter.path) else {
            return try reading(folder, data)
        }
        if let own = try folder.weightsDigest(), let wanted = origin.model.sha256, own != wanted {
            throw PackagingError.mismatch(
                "\(adapter.path): was trained on embeddings of another model (\(origin.model.name), "
                    + "SHA-256 \(wanted.prefix(12))…) than \(folder.path) (\(own.prefix(12))…); "
                    + "package with that one")
        }
        guard let recipe = try origin.imageReading(at: adapter.path) else {
            return try reading(folder, data)
        }
        if let data, let others = data.reading, others != recipe {
            throw PackagingError.mismatch(
                "\(data.path): was prepared by another recipe "
                    + "(\(JSON.encode(others).line)) than the images that \(adapter.path) learned "
                    + "from (\(JSON.encode(recipe).line)); package with their data set")
        }
        return recipe
    }

    /// The recipe that the model and the data set agree on.
    private static func reading(
        _ folder: ModelFolder, _ data: DataSetFolder?
    ) throws -> ImageReading? {
        guard let data else { return folder.preprocessing.reading }
        guard !data.mixesReadings else {
            throw PackagingError.mismatch(
                "\(data.path): was merged of data sets that were prepared by different intensity "
                    + "recipes, none of which fits all images; prepare them by one recipe, or "
                    + "package without --data")
        }
        guard data.manifest != nil else {
            throw PackagingError.mismatch(
                "\(data.path): has no dataset.json that says how its images were made; prepare it "
                    + "with `cambium prepare`")
        }
        // Of slices of volumes no file is an image, and there is no recipe to repeat.
        guard let reading = data.reading else { return folder.preprocessing.reading }
        guard reading == folder.preprocessing.reading ?? reading else {
            throw PackagingError.mismatch(
                "\(data.path): was prepared by another intensity recipe than the data set that "
                    + "\(folder.path) learned from; package with that one")
        }
        return reading
    }

    /// What the manifest says of the data set.
    private static func record(_ data: DataSetFolder) throws -> JSON? {
        guard let manifest = data.manifest else { return nil }
        var members: [String: JSON] = [
            "dataset_sha256": .string(try Digest.sha256(file: "\(data.path)/dataset.json"))
        ]
        for name in ["name", "counts", "split", "licence"] {
            if let value = manifest[name] { members[name] = value }
        }
        return .object(members)
    }

    /// The label file with the adapter's class numbers; without one, as it stands.
    private static func numbered(
        _ labels: LabelFile, _ adapter: AdapterFolder?
    ) throws -> LabelFile {
        guard let adapter else { return labels }
        guard adapter.labels.map(\.name) == labels.texts, let first = adapter.labels.first?.id,
            adapter.labels.map(\.id) == Array(first..<first + labels.count)
        else {
            throw PackagingError.mismatch(
                "the adapter's \(adapter.labels.count) classes are not the label file's "
                    + "\(labels.count), line for line; package with the label file of the data "
                    + "set that the adapter was trained on")
        }
        return LabelFile(texts: labels.texts, firstClassID: first)
    }

    private static func fill(_ template: String, _ name: String) -> String {
        template.split(separator: "{}", omittingEmptySubsequences: false).joined(separator: name)
    }
}
