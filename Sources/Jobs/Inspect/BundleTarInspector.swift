internal import CambiumAdapters
internal import CambiumFiles
internal import CambiumPackaging

/// Tells what a bundle in one file is, once every byte of it was checked.
struct BundleTarInspector {
    let path: String

    /// Whether a file begins like a tar.
    static func recognizes(_ head: [UInt8]) -> Bool {
        head.count >= 512 && head[257..<262].elementsEqual("ustar".utf8)
    }

    func inspect(_ size: Finding) throws -> Inspection {
        let manifest = try ModelBundle(path).manifest
        let files = manifest.files.keys.sorted()
        return Inspection(
            path: path, kind: "bundle (tar)",
            findings: [
                Finding("mode", manifest.mode.rawValue), Finding("task", manifest.task.rawValue),
                Finding("classes", count: manifest.labels.count),
                Finding("files", files.joined(separator: ", "), .array(files.map(JSON.string))),
                size,
            ])
    }
}
