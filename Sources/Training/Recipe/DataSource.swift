internal import CambiumCorpus
internal import CambiumFiles

/// A data set folder of a recipe.
public struct DataSource: Sendable, Equatable {
    /// The folder.
    public var root: String
    /// How many times its rows come in an epoch.
    public var weight: Double

    /// A folder, its rows once an epoch.
    public init(root: String, weight: Double = 1) { (self.root, self.weight) = (root, weight) }
}

extension Recipe {
    /// The data set folders as one text; setting it names a single one.
    public var dataSet: String {
        get { dataSources.map(\.root).joined(separator: ", ") }
        set { dataSources = newValue.isEmpty ? [] : [DataSource(root: newValue)] }
    }

    /// `ROOT` (a folder, or a list of folders or of {ROOT, WEIGHT}) and `SAMPLER`.
    mutating func readSources(_ settings: Settings) throws {
        if let root = try? settings.string("ROOT") {
            dataSet = root
        } else if let roots = try? settings.strings("ROOT") {
            dataSources = roots.map { DataSource(root: $0) }
        } else if let sources = try settings.list("ROOT") {
            dataSources = try sources.map { source in
                guard let root = try source.string("ROOT"), !root.isEmpty else {
                    throw source.invalid("ROOT", "is missing: the folder of the data set")
                }
                return DataSource(
                    root: root, weight: try source.number("WEIGHT", 0.001...1000) ?? 1)
            }
        }
        if let name = try settings.string("SAMPLER") {
            guard let sampler = Sampler(rawValue: name) else {
                let known = Sampler.allCases.map(\.rawValue).joined(separator: ", ")
                throw settings.invalid("SAMPLER", "is \(name); known: \(known)")
            }
            self.sampler = sampler
        }
    }
}
