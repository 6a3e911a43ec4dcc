internal import CambiumFiles

/// What tells a data set's rows from another's, so that a run goes on with those it began with.
public struct DataSetIdentity: Sendable, Equatable {
    /// A line for each table of training and validation: its name, its size and its SHA-256.
    public let text: String

    /// Describes the tables of a folder, in shards or whole.
    ///
    /// The digest is the one in `dataset.json` where that describes a file of this size. Texts it
    /// does not describe are read; of images that it does not describe the size has to do, since
    /// reading them all could take an hour.
    public init(_ folder: String) throws(CorpusError) {
        let manifest = try DataSetFolder.json("\(folder)/dataset.json")
        var lines: [String] = []
        for split in [SplitName.train, .validation] {
            for table in ["images", "text"] {
                let stem = "\(folder)/\(split.rawValue)_\(table)"
                guard ShardedFiles.exists(stem) else { continue }
                for path in try ShardedFiles.parts(stem) {
                    let known = manifest?["files"]?[FileSystem.name(path)]
                    lines.append(try Self.line(path, known, isRead: table == "text"))
                }
            }
        }
        text = lines.joined(separator: "\n")
    }

    private static func line(
        _ path: String, _ known: JSON?, isRead: Bool
    ) throws(CorpusError) -> String {
        try onFiles { () throws(FileError) in
            let size = try FileSystem.size(path)
            var digest = known?["bytes"]?.integer == size ? known?["sha256"]?.string : nil
            if digest == nil, isRead { digest = try Digest.sha256(file: path) }
            return "\(FileSystem.name(path)) \(size) \(digest ?? "")"
        }
    }
}
