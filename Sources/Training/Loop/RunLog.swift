internal import CambiumFiles

/// The journal of a run: `log.jsonl` and a TensorBoard event file.
struct RunLog {
    private let lines: AppendingFile
    private let events: EventFile

    /// Opens the journal of a run folder. Lines after `step`, written by a process that was
    /// killed after its last checkpoint, are dropped: they are about to be written again.
    init(folder: String, keeping step: Int, time: Double) throws {
        let path = "\(folder)/log.jsonl"
        if FileSystem.kind(path) != nil { try Self.cut(path, after: step) }
        lines = try AppendingFile(path)
        events = try EventFile(folder: folder, time: time)
    }

    /// Writes one step's or one evaluation's numbers.
    func write(_ kind: String, step: Int, time: Double, _ values: [(String, Double)]) throws {
        var record: [String: JSON] = ["kind": .string(kind), "step": .integer(step)]
        for (name, value) in values { record[name] = .finite(value) }
        try lines.append(Array((JSON.object(record).line + "\n").utf8))
        try events.write(
            step: step, time: time,
            scalars: values.filter { $0.1.isFinite }.map { ("\(kind)/\($0.0)", $0.1) })
    }

    private static func cut(_ path: String, after step: Int) throws {
        let kept = try FileSystem.readText(path).split(separator: "\n").filter { line in
            guard let record = try? JSON(parsing: String(line)) else { return false }
            return (record["step"]?.integer ?? .max) <= step
        }
        try FileSystem.write(kept.map { $0 + "\n" }.joined(), to: path)
    }
}
