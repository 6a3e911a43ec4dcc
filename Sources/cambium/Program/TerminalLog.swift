internal import CambiumFiles
internal import CambiumJobs

/// What a command says on standard error while it works, as plain lines or as JSON.
struct TerminalLog: LogOutput {
    let quiet: Bool
    let format: LogFormat

    func note(_ text: String, _ fields: [String: JSON]) {
        if !quiet { write("note", text, fields) }
    }

    func warning(_ text: String, _ fields: [String: JSON]) { write("warning", text, fields) }

    func progress(
        _ label: String, total: Int, unit: String, from first: Int
    ) -> any ProgressOutput {
        TerminalProgress(log: self, label: label, total: total, unit: unit, from: first)
    }

    private func write(_ level: String, _ text: String, _ fields: [String: JSON]) {
        switch format {
        case .text: Terminal.error((level == "warning" ? "warning: " : "") + text.onOneLine)
        case .json:
            let line: [String: JSON] = ["event": .string(level), "message": .string(text)]
            Terminal.error(JSON.object(fields.merging(line) { _, last in last }).line)
        }
    }
}
