internal import Adapters
public import Corpus
public import Encoders
internal import Files
internal import Imaging
internal import Torch

/// Puts a model, its classes and perhaps a head into one folder that predicts.
public struct BundleWriter {
    private let folder: ModelFolder
    private let configuration: ModelConfiguration
    private let labels: LabelFile
    private let adapter: (folder: AdapterFolder, path: String)?
    private let template: String
    private let metrics: String?

    /// A bundle of `folder`'s model for the classes of `labels`; with an adapter, its classes
    /// must be the label file's. `{}` in `template` stands for a class's name. `metrics` is a
    /// `metrics.json` to take along. `data` is the data set whose recipe for reading files
    /// predictions repeat, where the model does not name one itself.
    public init(
        _ folder: ModelFolder, labels: LabelFile, adapter: String?, template: String,
        metrics: String?, data: DataSetFolder? = nil
    ) throws {
        (self.folder, self.template, self.metrics) = (folder, template, metrics)
        var configuration = folder.configuration
        configuration.preprocessing.reading = try Self.reading(folder, data)
        self.configuration = configuration
        self.adapter = try adapter.map { (try AdapterFolder($0), $0) }
        self.labels = try Self.numbered(labels, self.adapter?.folder)
        guard template.contains("{}") else {
            throw PackagingError.mismatch(
                "--template \(template): must contain {}, which stands for the class's name")
        }
    }

    /// Writes the bundle whole or not at all; `path` must not exist. The same inputs give the
    /// same bytes.
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
        let staging = try StagedFolder(path)
        try ModelFolder.fill(
            staging.path, model.named, configuration, folder.tokenizerLocation())
        try writeParts(manifest(logitScale: scale), to: staging.path)
        try staging.commit()
    }

    private func manifest(logitScale: Double) -> BundleManifest {
        let entries = labels.classIDs.compactMap { id in
            labels.text(of: id).map { name in
                BundleLabel(id: id, name: name, text: Self.fill(template, name))
            }
        }
        return BundleManifest(
            mode: adapter == nil ? .zeroShot : .adapter, labels: entries,
            preprocessing: configuration.preprocessing, logitScale: logitScale, template: template,
            adapter: adapter?.folder.record, libtorch: Runtime.version)
    }

    private func writeParts(_ plain: BundleManifest, to staged: String) throws {
        var manifest = plain
        if let adapter {
            try AdapterFolder.write(adapter.folder.head, to: "\(staged)/adapter.safetensors")
        }
        try FileSystem.write(
            labels.texts.map { $0 + "\n" }.joined(), to: "\(staged)/labels.txt")
        if let metrics {
            try FileSystem.write(JSON(file: metrics).document, to: "\(staged)/metrics.json")
        }
        try FileSystem.write(
            ModelCard(manifest, metrics: metrics.map { try JSON(file: $0) }).text,
            to: "\(staged)/MODEL_CARD.md")
        try FileSystem.makeFolder("\(staged)/code")
        for (name, text) in MLflowFiles.fixed {
            try FileSystem.write(text, to: "\(staged)/\(name)")
        }
        manifest.files = try BundleFiles.digests(in: staged)
        let model = MLflowFiles.model(manifest.files)
        try FileSystem.write(model, to: "\(staged)/MLmodel")
        manifest.files["MLmodel"] = BundleManifest.File(
            size: model.utf8.count, sha256: Digest.sha256(Array(model.utf8)))
        try FileSystem.write(manifest.document, to: "\(staged)/bundle.json")
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
        guard let reading = data.reading else {
            throw PackagingError.mismatch(
                "\(data.path): its dataset.json names no intensity recipe; prepare it again")
        }
        guard reading == folder.preprocessing.reading ?? reading else {
            throw PackagingError.mismatch(
                "\(data.path): was prepared by another intensity recipe than the data set that "
                    + "\(folder.path) learned from; package with that one")
        }
        return reading
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
