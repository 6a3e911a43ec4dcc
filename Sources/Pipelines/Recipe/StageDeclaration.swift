internal import CambiumFiles

/// A stage as the recipe writes it: a command line, or a mapping with one.
struct StageDeclaration {
    /// Names that mean something else in `${}`.
    static let reserved: Set = ["run", "out"]

    let name: String
    /// `recipe.yaml:12`, for messages.
    let place: String
    /// Whether the command is another program's.
    var isForeign = false
    /// The command's words, templates.
    var words: [String] = []
    /// More paths that it reads, templates.
    var inputs: [String] = []
    /// More paths that it makes, below the run's folder.
    var outputs: [String] = []
    /// Threads that it may use, where the recipe says.
    var threads: Int?

    /// A stage of the usual line.
    init(_ name: String, place: String, words: [String]) {
        (self.name, self.place, self.words) = (name, place, words)
    }

    /// Reads a stage of the mapping `stages`.
    init(_ name: String, in stages: Settings) throws {
        self.name = name
        place = stages.invalid(name, "").place
        guard Self.isName(name), !Self.reserved.contains(name) else {
            throw stages.invalid(
                name,
                "is no name for a stage; use letters, digits, '-', '_' and '.', and not run "
                    + "or out")
        }
        if let text = try? stages.string(name) {
            words = try Self.words(text) { stages.invalid(name, $0) }
            return
        }
        guard let settings = try? stages.settings(name) else {
            throw stages.invalid(
                name, "must be a command line, or a mapping with run: COMMAND LINE")
        }
        try read(settings, stages)
    }

    private mutating func read(_ settings: Settings, _ stages: Settings) throws {
        let (run, exec) = (try Self.words("run", settings), try Self.words("exec", settings))
        guard let words = run ?? exec, run == nil || exec == nil else {
            throw stages.invalid(
                name, "needs run, a command of cambium, or exec, another program's; one of the two")
        }
        (self.words, isForeign) = (words, run == nil)
        inputs = try Self.list("inputs", settings)
        outputs = try Self.list("outputs", settings)
        threads = try settings.integer("threads")
        guard (1...4096).contains(threads ?? 1) else {
            throw settings.invalid("threads", "must be in 1...4096")
        }
    }

    /// Whether a name can stand in `${}` and in the name of a file.
    static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: ".") else { return false }
        return first != UInt8(ascii: "-") && name.utf8.count <= 100
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "-_.".utf8.contains(byte)
                }
            }
    }

    /// A command: a line of words, or a list of them.
    private static func words(_ key: String, _ settings: Settings) throws -> [String]? {
        if let list = try? settings.strings(key) {
            guard !list.isEmpty else { throw settings.invalid(key, "is empty") }
            return list
        }
        return try settings.string(key).map { text in
            try words(text) { settings.invalid(key, $0) }
        }
    }

    static func words(
        _ text: String, _ invalid: (String) -> SettingsError
    ) throws(SettingsError) -> [String] {
        guard let words = CommandWords.split(text) else {
            throw invalid("has a quote that is not closed")
        }
        guard !words.isEmpty else { throw invalid("is empty; write a command line") }
        return words
    }

    /// A path or a list of them.
    private static func list(_ key: String, _ settings: Settings) throws -> [String] {
        if let one = try? settings.string(key) { return [one] }
        return try settings.strings(key) ?? []
    }
}
