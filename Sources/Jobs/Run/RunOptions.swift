/// What `cambium run` is asked for.
public struct RunOptions: Sendable {
    /// The recipe, a YAML file.
    public var recipe: String
    /// Changes of single values of the recipe: `KEY.KEY=VALUE`.
    public var overrides: [String] = []
    /// The run's folder; nil: the recipe's.
    public var out: String?
    /// Stages that run side by side; nil: the recipe's number, else 1.
    public var jobs: Int?
    /// Only these stages and those that they need; empty: all.
    public var only: [String] = []
    /// Stages that run in any case, with those that need them.
    public var again: [String] = []
    /// The program whose commands the stages are.
    public var program = Executable.this

    /// All stages of a recipe.
    public init(recipe: String) { self.recipe = recipe }
}

/// How a run ended.
public enum RunEnd: Sendable {
    /// All stages are done.
    case done(RunReport)
    /// Some failed, as the sentence says.
    case failed(RunReport, String)
    /// A signal asked to stop; the same run goes on later.
    case stopped(Int32)
}

/// What a run did or would do, for people and for programs.
public struct RunReport: Sendable {
    /// A table, a line a stage.
    public let table: String
    /// A JSON document.
    public let json: String
}
