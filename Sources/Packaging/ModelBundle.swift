public import Adapters
public import Encoders
internal import Files

/// A bundle on disk whose every byte was checked against its manifest.
public struct ModelBundle {
    /// The folder.
    public let path: String
    /// What it is.
    public let manifest: BundleManifest
    /// Its model, as a model folder.
    public let folder: ModelFolder
    /// Its head, in adapter mode.
    public let adapter: AdapterFolder?

    /// Opens and checks a bundle.
    /// - Throws: ``PackagingError/damaged(path:reason:)`` for any file that is missing, not named
    ///   in `bundle.json`, changed, or a link.
    public init(_ path: String) throws {
        let file = "\(path)/bundle.json"
        guard FileSystem.kind(path) != nil else { throw FileError.missing(path: path) }
        guard FileSystem.kind(file) == .file else {
            throw PackagingError.mismatch(
                "\(path): is no bundle: it has no bundle.json; make one with `cambium package`")
        }
        self.path = path
        manifest = try BundleManifest(text: FileSystem.readText(file), path: file)
        try BundleFiles.check(manifest, in: path)
        folder = try ModelFolder(path)
        adapter = try manifest.adapter.map {
            try AdapterFolder(record: $0, weights: "\(path)/adapter.safetensors", file: file)
        }
        if let reason = contradiction {
            throw PackagingError.damaged(path: file, reason: reason)
        }
    }

    /// How its parts contradict each other, which no digest tells where all of it was rewritten.
    private var contradiction: String? {
        guard (adapter != nil) == (manifest.mode == .adapter) else {
            return
                "says \(manifest.mode.rawValue) and \(adapter == nil ? "has no" : "has an") adapter"
        }
        guard let adapter else { return nil }
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
