internal import CambiumFiles

/// Opens what a command line names as images.
public enum ImageSources {
    /// One table (`*_images.tsv`, with its text table's labels where that stands beside it), one
    /// folder of images, or image files.
    public static func open(_ paths: [String]) throws(CorpusError) -> any ImageSource {
        guard let first = paths.first else {
            throw .argument("no images given; name a table, a folder or image files")
        }
        if paths.count == 1 {
            if FileSystem.kind(first) == .folder { return try ImageFiles(folder: first) }
            if isTable(first) { return try table(first) }
        }
        return try ImageFiles(paths: paths)
    }

    private static func isTable(_ path: String) -> Bool {
        path.hasSuffix(".tsv") || FileSystem.kind(path) == nil && ShardedFiles.exists(path)
    }

    private static func table(_ path: String) throws(CorpusError) -> any ImageSource {
        let stem = path.hasSuffix(".tsv") ? String(path.dropLast(4)) : path
        guard let range = stem.range(ofLast: "_images") else { return try alone(path) }
        let texts = stem.replacingCharacters(in: range, with: "_text")
        guard ShardedFiles.exists(texts) else { return try alone(path) }
        return try DataSetSplit(images: path, texts: texts)
    }

    private static func alone(_ path: String) throws(CorpusError) -> ImageTable {
        let table = try ImageTable(path)
        try table.refuseDuplicates()
        return table
    }
}

extension String {
    /// Where a text stands last.
    fileprivate func range(ofLast text: String) -> Range<String.Index>? {
        var end = endIndex
        while end > startIndex {
            let part = self[..<end]
            if part.hasSuffix(text) { return index(end, offsetBy: -text.count)..<end }
            formIndex(before: &end)
        }
        return nil
    }

    fileprivate func replacingCharacters(
        in range: Range<String.Index>, with text: String
    ) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}
