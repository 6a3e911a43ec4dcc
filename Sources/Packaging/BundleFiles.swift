internal import Files

/// The files of a bundle on disk: listed, digested and checked against the manifest.
enum BundleFiles {
    /// What Python and MLflow leave in a model's folder when they load it. No file of the bundle
    /// has these names, and nothing here reads them.
    private static let visitors: Set = ["code/__pycache__", "registered_model_meta"]

    /// Every file below `folder` with its size and digest, by its path in the folder.
    static func digests(in folder: String) throws -> [String: BundleManifest.File] {
        var files: [String: BundleManifest.File] = [:]
        for name in try list(folder) where name != "bundle.json" {
            let path = "\(folder)/\(name)"
            files[name] = BundleManifest.File(
                size: try FileSystem.size(path), sha256: try Digest.sha256(file: path))
        }
        return files
    }

    /// Checks that the folder holds the manifest's files, all of them, only them, byte for byte.
    static func check(_ manifest: BundleManifest, in folder: String) throws {
        let found = Set(try list(folder)).subtracting(["bundle.json"])
        if let extra = found.subtracting(manifest.files.keys).sorted().first {
            throw PackagingError.damaged(
                path: "\(folder)/\(extra)", reason: "is not named in bundle.json")
        }
        for (name, file) in manifest.files.sorted(by: { $0.key < $1.key }) {
            let path = "\(folder)/\(name)"
            guard found.contains(name) else {
                throw PackagingError.damaged(path: path, reason: "is missing")
            }
            let size = try FileSystem.size(path)
            guard size == file.size else {
                throw PackagingError.damaged(
                    path: path, reason: "has \(size) bytes, bundle.json says \(file.size)")
            }
            guard try Digest.sha256(file: path) == file.sha256 else {
                throw PackagingError.damaged(path: path, reason: "does not match its SHA-256")
            }
        }
    }

    /// Paths of all files below a folder; links and devices are refused.
    private static func list(_ folder: String, below prefix: String = "") throws -> [String] {
        try FileSystem.names(in: folder).flatMap { name -> [String] in
            guard !visitors.contains(prefix + name) else { return [] }
            let path = "\(folder)/\(name)"
            guard !FileSystem.isLink(path) else {
                throw PackagingError.damaged(path: path, reason: "is a link; bundles have none")
            }
            switch FileSystem.kind(path) {
            case .file: return [prefix + name]
            case .folder: return try list(path, below: "\(prefix)\(name)/")
            default: throw PackagingError.damaged(path: path, reason: "is not a plain file")
            }
        }
    }
}
