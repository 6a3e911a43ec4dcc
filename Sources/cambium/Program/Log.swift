internal import CambiumFiles
internal import CambiumTorch

/// What a command says on standard error while it works.
struct Log: Sendable {
    let quiet: Bool
    let format: LogFormat
    /// Whether it says nothing at all: of several processes one speaks.
    var isMuted = false

    /// The log of a process among others.
    func of(_ place: ProcessPlace?) -> Log {
        guard let place, place.rank > 0 else { return self }
        return Log(quiet: true, format: format, isMuted: true)
    }

    /// A sentence about what was done or found; `fields` go into the JSON form.
    func note(_ text: String, _ fields: [String: JSON] = [:]) {
        if !quiet { write("note", text, fields) }
    }

    /// A sentence about what the user should know even with `--quiet`.
    func warning(_ text: String, _ fields: [String: JSON] = [:]) {
        if !isMuted { write("warning", text, fields) }
    }

    /// A counter of finished pieces of work, shown as a bar or as lines.
    func progress(_ label: String, total: Int, unit: String, from first: Int = 0) -> Progress {
        Progress(log: self, label: label, total: total, unit: unit, from: first)
    }

    private func write(_ level: String, _ text: String, _ fields: [String: JSON]) {
        switch format {
        case .text:
            Terminal.error((level == "warning" ? "warning: " : "") + Terminal.oneLine(text))
        case .json:
            let line: [String: JSON] = ["event": .string(level), "message": .string(text)]
            Terminal.error(JSON.object(fields.merging(line) { _, last in last }).line)
        }
    }
}
