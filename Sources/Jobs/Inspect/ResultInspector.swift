internal import CambiumAdapters
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumPackaging

/// What `run`, `adapt` and `compare` leave: folders and files of results.
enum ResultInspector {
    /// A whole line's folder, by its `lineage.json`.
    static func line(_ path: String) throws -> Inspection {
        let file = "\(path)/lineage.json"
        guard let stages = try JSON(file: file)["stages"]?.object else {
            throw FileError.malformed(path: file, reason: "is no lineage: it has no stages")
        }
        let sorted = stages.sorted {
            ($0.value["began"]?.string ?? "", $0.key) < ($1.value["began"]?.string ?? "", $1.key)
        }
        var findings: [Finding] = []
        let states = Dictionary(grouping: sorted) { $0.value["status"]?.string ?? "unknown" }
        let seconds = sorted.reduce(0) { $0 + ($1.value["seconds"]?.number ?? 0) }
        findings.append(Finding("stages", count: stages.count))
        for (state, members) in states.sorted(by: { $0.key < $1.key }) {
            findings.append(
                Finding(
                    state, members.map(\.key).joined(separator: ", "),
                    .array(members.map { .string($0.key) })))
        }
        findings.append(
            Finding("seconds", "\(Int(seconds.rounded())) in all", .finite(seconds)))
        for name in ["report.html", "bundle"] where FileSystem.kind("\(path)/\(name)") != nil {
            findings.append(Finding(name == "bundle" ? name : "report", "\(path)/\(name)"))
        }
        return Inspection(path: path, kind: "line of cambium run", findings: findings)
    }

    /// A head on frozen embeddings.
    static func adapter(_ path: String) throws -> Inspection {
        let adapter = try AdapterFolder(path)
        let configuration = adapter.head.configuration
        var findings = [
            Finding("head", configuration.kind.rawValue),
            Finding("classes", count: configuration.classes),
            Finding("embedding_width", count: configuration.input),
        ]
        for (name, value) in (adapter.record["validation"]?.object ?? [:]).sorted(by: {
            $0.key < $1.key
        }) where ["accuracy", "macro_f1"].contains(name) {
            findings.append(Finding("validation_\(name)", value.line, value))
        }
        if let origin = try adapter.origin(at: path) {
            findings.append(Self.origin(origin.model.name, origin.model.sha256, origin.reading))
        }
        return Inspection(path: path, kind: "adapter", findings: findings)
    }

    /// A comparison of evaluations.
    static func comparison(_ path: String) throws -> Inspection {
        let file = "\(path)/comparison.json"
        let json = try JSON(file: file)
        guard let models = json["models"]?.array, let count = json["count"]?.integer else {
            throw FileError.malformed(
                path: file, reason: "is no comparison: it has no models or no count")
        }
        let names = models.compactMap { $0["name"]?.string }
        return Inspection(
            path: path, kind: "comparison",
            findings: [
                Finding("cases", count: count),
                Finding("models", names.joined(separator: ", "), .array(names.map(JSON.string))),
            ])
    }

    /// What made embeddings.
    static func origin(_ name: String, _ sha256: String?, _ reading: JSON) -> Finding {
        let digest = sha256.map { " (SHA-256 \($0.prefix(12))…)" } ?? ""
        let read = reading.object?.isEmpty == false ? ", files read as \(reading.line)" : ""
        return Finding(
            "made_by", "\(name)\(digest)\(read)".onOneLine,
            [
                "model": .string(name), "sha256": sha256.map(JSON.string) ?? .null,
                "reading": reading,
            ])
    }
}
