package import CambiumFiles

/// What was found at a path.
package struct Inspection {
    package let path: String
    /// `data set`, `array`, `weights` ...
    package let kind: String
    let findings: [Finding]
    /// A longer list below the findings: tensors, splits.
    var lines: [String] = []
    /// The same list for programs.
    var members: [String: JSON] = [:]

    package var text: String {
        let head = "\(FileSystem.name(path).onOneLine): \(kind)"
        return ([head, findings.table] + lines).filter { !$0.isEmpty }
            .map { "\($0)\n" }.joined()
    }

    package var json: JSON {
        let head: [String: JSON] = ["path": .string(path), "kind": .string(kind)]
        return .object(findings.json.merging(members) { $1 }.merging(head) { $1 })
    }
}
