import CambiumFiles

/// The classes of a file of class texts, one a line; images of other classes are left out.
struct ClassFilter {
    private let path: String
    private let labels: LabelFile

    /// Reads the file.
    init(_ path: String) throws(CorpusError) {
        self.path = path
        labels = try LabelFile(path)
    }

    /// Leaves out the images of other classes.
    /// - Throws: for a class that no image has, which is likely misspelt.
    func apply(
        to items: inout [PrepareItem], passedOver: inout [Rejection]
    ) throws(CorpusError) {
        let wanted = Set(labels.texts)
        let found = Set(items.lazy.map(\.classText))
        for (index, text) in labels.texts.enumerated() where !found.contains(text) {
            let near = NearestName.of(text, in: found.sorted().prefix(2000))
            let hint = near.map { "; did you mean \"\(shown($0))\"?" } ?? ""
            throw .row(
                file: path, line: index + 1, reason: "no image has this class\(hint)")
        }
        let name = FileSystem.name(path)
        passedOver += items.lazy.filter { !wanted.contains($0.classText) }.map {
            Rejection(path: $0.path, reason: "class \"\($0.classText)\" is not in \(name)")
        }
        items.removeAll { !wanted.contains($0.classText) }
    }
}
