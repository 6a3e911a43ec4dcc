import CambiumFiles

/// A fixed split: a file with a key or path and its split in each line, separated by a tab or a
/// comma; a first line `key,split` or `path,split` is skipped.
struct SplitList {
    private let path: String
    private var splits: [String: (split: SplitName, line: Int)] = [:]

    /// Reads a list.
    init(_ path: String) throws(CorpusError) {
        self.path = path
        var table = try DelimitedTable(path)
        var isFirst = true
        while let record = try table.next() {
            defer { isFirst = false }
            let line = record.line
            guard record.count == 2, let name = table.text(record, 0),
                let word = table.text(record, 1)
            else {
                throw .row(
                    file: path, line: line,
                    reason: "must be two columns of UTF-8 text, a key and its split")
            }
            guard let split = SplitName(written: word.trimmedSpace) else {
                if isFirst, word.trimmedSpace.lowercased() == "split" { continue }
                throw .row(
                    file: path, line: line,
                    reason: "the split \(shown(word)) is none of train, validation, test")
            }
            if let earlier = splits.updateValue((split, line), forKey: name) {
                throw .row(
                    file: path, line: line,
                    reason: "\(shown(name)) stands in line \(earlier.line) already")
            }
        }
    }

    /// Gives every image its split; frames and slices may be named by their file.
    /// - Throws: for an image that the list does not have, and for a line that no image fits.
    func apply(to items: inout [PrepareItem], passedOver: [Rejection]) throws(CorpusError) {
        var known: Set<String> = []
        for index in items.indices {
            let item = items[index]
            guard let (name, found) = find(item) else {
                throw .image(key: item.key, reason: "no split in \(path); add a line")
            }
            known.insert(name)
            items[index].split = found
        }
        for rejection in passedOver {
            known.insert(rejection.path)
            known.insert(ImageKey.encode(rejection.path))
        }
        let unknown = splits.filter { !known.contains($0.key) }
        if let first = unknown.min(by: { $0.value.line < $1.value.line }) {
            throw .row(
                file: path, line: first.value.line,
                reason: "no image is called \(shown(first.key)); correct or remove the line")
        }
    }

    private func find(_ item: PrepareItem) -> (name: String, split: SplitName)? {
        for name in [item.key, item.path, item.whole] {
            if let name, let entry = splits[name] { return (name, entry.split) }
        }
        return nil
    }
}
