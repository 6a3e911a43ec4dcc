public import CambiumAdapters
public import CambiumEncoders
internal import CambiumFiles
internal import Glibc

/// A bundle on disk whose every byte was checked against its manifest.
public struct ModelBundle {
    /// What was opened: a folder or a tar.
    public let source: String
    /// The folder with its files; those of a tar are private and go with the last value that
    /// stands for the bundle.
    public let path: String
    /// What it is.
    public let manifest: BundleManifest
    /// Its model, as a model folder.
    public let folder: ModelFolder
    /// Its head, in adapter mode.
    public let adapter: AdapterFolder?
    /// The folder that a tar was unpacked to.
    let unpacked: PrivateFolder?

    /// Opens and checks a bundle, a folder or the same as a tar.
    /// - Parameter weights: the file of weights that the bundle refers to, where it stands elsewhere
    ///   than on the packaging machine; the variable `CAMBIUM_WEIGHTS` when nil.
    /// - Parameter ignoring: names of files that others may have added to the folder.
    /// - Throws: ``PackagingError/damaged(path:reason:)`` for any file that is missing, not named
    ///   in `bundle.json`, changed, or a link.
    public init(_ source: String, weights: String? = nil, ignoring: Set<String> = []) throws {
        guard FileSystem.kind(source) != nil else { throw FileError.missing(path: source) }
        self.source = source
        unpacked = try Self.unpack(source)
        let path = unpacked?.path ?? source
        self.path = path
        let file = "\(path)/bundle.json"
        guard !FileSystem.isLink(file), FileSystem.kind(file) == .file else {
            throw PackagingError.mismatch(
                "\(path): is no bundle: it has no bundle.json; make one with `cambium package`")
        }
        guard try FileSystem.size(file) <= BundleManifest.mostBytes else {
            throw PackagingError.damaged(path: file, reason: "is too large for a manifest")
        }
        // As it stands: a byte order mark would be dropped by the reader of texts.
        let text = String(validating: try FileSystem.read(file), as: UTF8.self)
        manifest = try BundleManifest(text: text ?? "", path: file)
        // What came out of a tar was checked on its way.
        if unpacked == nil { try BundleFiles.check(manifest, in: path, ignoring: ignoring) }
        let model = try ModelFolder(path).kept(by: unpacked).written(from: manifest.weights.origin)
        folder =
            try manifest.weights.reference.map {
                model.with(weights: try Self.located($0, weights, file))
            } ?? model
        adapter = try manifest.adapter.map {
            try AdapterFolder(record: $0, weights: "\(path)/adapter.safetensors", file: file)
        }
        if let reason = contradiction {
            throw PackagingError.damaged(path: file, reason: reason)
        }
    }

    private static func unpack(_ source: String) throws -> PrivateFolder? {
        guard BundleTar.recognizes(source) else { return nil }
        let tar = try BundleTar(source)
        let folder = try PrivateFolder("cambium-bundle")
        try tar.unpack(to: folder.path)
        return folder
    }

    /// The file that the bundle refers to, once its size and digest are right.
    private static func located(
        _ reference: BundleWeights.Reference, _ weights: String?, _ file: String
    ) throws -> String {
        let path =
            weights ?? getenv("CAMBIUM_WEIGHTS").map { String(cString: $0) } ?? reference.path
        guard FileSystem.kind(path) == .file else {
            throw PackagingError.mismatch(
                "\(file): refers to weights that are not at \(path); put them there, or name the "
                    + "file with SHA-256 \(reference.file.sha256) in CAMBIUM_WEIGHTS")
        }
        guard try FileSystem.size(path) == reference.file.size,
            try Digest.sha256(file: path) == reference.file.sha256
        else {
            throw PackagingError.damaged(
                path: path, reason: "is not the file that \(file) refers to")
        }
        return path
    }

    /// How its parts contradict each other, which no digest tells where all of it was rewritten.
    private var contradiction: String? {
        guard (adapter != nil) == (manifest.mode == .adapter) else {
            return
                "says \(manifest.mode.rawValue) and \(adapter == nil ? "has no" : "has an") adapter"
        }
        guard (manifest.weights.reference == nil) == (manifest.files["model.safetensors"] != nil)
        else { return "does not say where its weights are" }
        guard let adapter else { return nil }
        guard adapter.head.configuration.task == manifest.task else {
            return "says \(manifest.task.rawValue), its adapter does not"
        }
        let classes = manifest.labels.map { "\($0.id) \($0.name)" }
        guard adapter.labels.map({ "\($0.id) \($0.name)" }) == classes else {
            return "names other classes than its adapter"
        }
        let (input, width) = (
            adapter.head.configuration.input, folder.configuration.model.projection
        )
        return input == width
            ? nil : "has an adapter for \(input) channels, its model gives \(width)"
    }
}

extension ModelBundle {
    /// The model at a path that a user gave: a model folder, or the model inside a bundle, whose
    /// bytes are checked as ever.
    /// - Parameter environment: says where a vocabulary stands that the model folder lacks; nil:
    ///   this process's.
    /// - Throws: ``PackagingError`` for a bundle that is not as it was packaged, else what
    ///   `ModelFolder` throws.
    public static func model(
        at path: String, environment: [String: String]? = nil
    ) throws -> ModelFolder {
        let isBundle =
            BundleTar.recognizes(path) || FileSystem.kind("\(path)/bundle.json") == .file
        return isBundle
            ? try ModelBundle(path).folder : try ModelFolder(path, environment: environment)
    }
}
