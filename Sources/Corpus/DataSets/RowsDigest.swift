internal import CambiumFiles

/// What tells some rows from others: their keys and classes, in their order. Images are left out,
/// which can take an hour to read: the same cases prepared in another way are the same rows.
public enum RowsDigest {
    /// The SHA-256 of a line `key<TAB>class_id<TAB>class_name` a row.
    public static func sha256(_ source: any ImageSource) throws(CorpusError) -> String {
        var digest = Digest()
        for row in 0..<source.count {
            let label = source.label(row)
            let id = label?.classID.map { "\($0)" } ?? ""
            let line = Array("\(try source.key(row))\t\(id)\t\(label?.className ?? "")\n".utf8)
            line.withUnsafeBytes { digest.update($0) }
        }
        return digest.finish()
    }
}

extension JoinedSplit {
    /// The rows of each data set, as that has them: their number and what tells them from others.
    public func digests() throws(CorpusError) -> [(rows: Int, sha256: String)] {
        var digests: [(rows: Int, sha256: String)] = []
        for part in parts { digests.append((part.count, try RowsDigest.sha256(part))) }
        return digests
    }
}
