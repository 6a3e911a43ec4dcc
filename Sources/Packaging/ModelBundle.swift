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
    }
}
