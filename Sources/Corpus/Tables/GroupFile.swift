import CambiumFiles

/// A table `key<TAB>group` of rows that belong together (images of a patient). `groups.tsv` of a
/// data set is one, for every image whose group is known, so that dividing the data set again
/// keeps groups whole.
package enum GroupFile {
    static let name = "groups.tsv"

    /// The group of each key; one that stands twice is an error.
    package static func read(_ path: String) throws(CorpusError) -> [String: String] {
        let table = try TSVReader(scanning: path)
        var groups: [String: String] = [:]
        var names: Set<String> = []
        for row in 0..<table.count {
            let name = names.insert(ImageKey.decode(try table.value(row))).memberAfterInsert
            guard groups.updateValue(name, forKey: try table.key(row)) == nil else {
                throw table.error(row, "this key stands in an earlier row already")
            }
        }
        return groups
    }

    /// The file's text.
    static func text(_ rows: [(key: String, group: String)]) -> String {
        rows.reduce(into: "") { $0 += "\($1.key)\t\(ImageKey.encode($1.group))\n" }
    }
}
