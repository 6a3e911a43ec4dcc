internal import CambiumFiles

/// The files of a bundle on disk: listed, digested and checked against the manifest.
enum BundleFiles {
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
    /// `ignoring`: names that others may have added; nothing reads them.
    static func check(
        _ manifest: BundleManifest, in folder: String, ignoring: Set<String> = []
    ) throws {
        let found = Set(try list(folder)).subtracting(ignoring.union(["bundle.json"]))
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

    /// Paths of all files below a folder; links, devices and folders without files are refused.
    private static func list(_ folder: String, below prefix: String = "") throws -> [String] {
        let names = try FileSystem.names(in: folder)
        guard !names.isEmpty else {
            throw PackagingError.damaged(
                path: folder, reason: "is an empty folder, which bundle.json does not name")
        }
        return try names.flatMap { name -> [String] in
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
