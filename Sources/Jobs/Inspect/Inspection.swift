public import CambiumFiles

/// What was found at a path.
public struct Inspection {
    /// Where it is.
    public let path: String
    /// `data set`, `array`, `weights` ...
    public let kind: String
    let findings: [Finding]
    /// A longer list below the findings: tensors, splits.
    var lines: [String] = []
    /// The same list for programs.
    var members: [String: JSON] = [:]

    /// A table for people.
    public var text: String {
        let head = "\(FileSystem.name(path).onOneLine): \(kind)"
        return ([head, findings.table] + lines).filter { !$0.isEmpty }
            .map { "\($0)\n" }.joined()
    }

    /// The same for programs.
    public var json: JSON {
        let head: [String: JSON] = ["path": .string(path), "kind": .string(kind)]
        return .object(findings.json.merging(members) { $1 }.merging(head) { $1 })
    }
}
