internal import ArgumentParser
internal import Files

/// `cambium inspect`: what a file or folder is, told from its content.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Say what a file or folder is: data set, array, weights, model, run, bundle.",
        discussion: """
            Told from the content, never from the name. What is damaged is refused with the \
            reason (exit status 1). No code in a weight file is run.
            """)

    @Argument(help: "A file or folder.")
    var path: String

    @Flag(help: "List every tensor of weights.")
    var tensors = false

    @Flag(help: "Print the findings as JSON.")
    var json = false

    func run() throws {
        try Paths.requireInput(path)
        let inspection =
            FileSystem.kind(path) == .folder
            ? try FolderInspector(path).inspect()
            : try FileInspector(path, listsTensors: tensors || json).inspect()
        print(json ? inspection.json.document : inspection.text, terminator: "")
    }
}

/// What was found at a path.
struct Inspection {
    let path: String
    /// `data set`, `array`, `weights` ...
    let kind: String
    let findings: [Finding]
    /// A longer list below the findings: tensors, splits.
    var lines: [String] = []
    /// The same list for programs.
    var members: [String: JSON] = [:]

    var text: String {
        let head = "\(Terminal.oneLine(FileSystem.name(path))): \(kind)"
        return ([head, findings.table] + lines).filter { !$0.isEmpty }
            .map { "\($0)\n" }.joined()
    }

    var json: JSON {
        let head: [String: JSON] = ["path": .string(path), "kind": .string(kind)]
        return .object(findings.json.merging(members) { $1 }.merging(head) { $1 })
    }
}
