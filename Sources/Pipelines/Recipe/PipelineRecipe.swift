internal import CambiumFiles

/// What a recipe of `cambium run` says, before anything is looked for on the disk.
public struct PipelineRecipe {
    /// The recipe's path.
    public let file: String
    /// The folder that paths in the recipe begin at, relative to the recipe's own; nil is that one.
    public let root: String?
    /// The run's folder, relative to the root.
    public let out: String?
    /// How many stages may run side by side.
    public let jobs: Int?
    let variables: [String: String]
    let stages: [StageDeclaration]

    /// The names of its stages, in the recipe's order.
    public var names: [String] { stages.map(\.name) }

    /// Reads a recipe; `overrides` are `KEY.KEY=VALUE` texts laid over it.
    /// - Throws: `SettingsError` for anything that is not understood, `FileError`.
    public init(_ file: String, overrides: [String] = []) throws {
        let settings = try Settings(file: file, overrides: overrides)
        self.file = file
        root = try settings.string("root")
        out = try settings.string("out")
        jobs = try settings.integer("jobs")
        guard (1...1024).contains(jobs ?? 1) else {
            throw settings.invalid("jobs", "must be in 1...1024")
        }
        let texts = try settings.settings("variables")
        var variables: [String: String] = [:]
        for name in texts?.keys ?? [] { variables[name] = try texts?.string(name) ?? "" }
        self.variables = variables
        var stages = try settings.settings("line").map { try UsualLine($0).stages } ?? []
        if let named = try settings.settings("stages") {
            for stage in try named.keys.map({ try StageDeclaration($0, in: named) }) {
                // A stage of the usual line is replaced by one of its name.
                if let index = stages.firstIndex(where: { $0.name == stage.name }) {
                    stages[index] = stage
                } else {
                    stages.append(stage)
                }
            }
        }
        try settings.finish()
        guard !stages.isEmpty else {
            throw SettingsError(
                place: file,
                reason: "has no stages; describe the usual line under line, or name "
                    + "commands under stages")
        }
        self.stages = stages
        try check(texts)
    }

    private func check(_ texts: Settings?) throws {
        for name in variables.keys.sorted() {
            let isTaken = StageDeclaration.reserved.contains(name) || names.contains(name)
            guard let texts, isTaken || !StageDeclaration.isName(name) else { continue }
            throw texts.invalid(
                name,
                isTaken
                    ? "is the name of a stage or of ${run}, ${out}; choose another"
                    : "must be of letters, digits, '-', '_' and '.'")
        }
    }
}
