internal import CambiumCorpus

/// Rows that belong together, as a table `KEY<TAB>GROUP` says.
struct GroupNames {
    /// The group of a key.
    let names: [String: String]
    private let path: String

    init(_ path: String) throws {
        try Paths.requireFile(path)
        self.path = path
        do throws(CorpusError) {
            names = try GroupFile.read(path)
        } catch {
            throw UsageError(error.description)
        }
    }

    /// The group of every key.
    func of(_ keys: [String]) throws -> [String] {
        try keys.map { key in
            guard let name = names[key] else {
                throw UsageError("\(path): no group for the key \(key)")
            }
            return name
        }
    }
}
