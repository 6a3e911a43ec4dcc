import CambiumFiles
import CambiumJobs
import Synchronization
import Testing

/// Keeps what a job says.
private final class Listener: LogOutput {
    private struct Counter: ProgressOutput {
        let listener: Listener

        func update(_ done: Int, _ detail: String, _ fields: [String: JSON]) {
            listener.add("at \(done)")
        }

        func advance(by count: Int) { listener.add("plus \(count)") }

        func finish() { listener.add("end") }
    }

    private let lines = Mutex<[String]>([])

    var heard: [String] { lines.withLock { $0 } }

    func add(_ line: String) { lines.withLock { $0.append(line) } }

    func note(_ text: String, _ fields: [String: JSON]) { add("note \(text)") }

    func warning(_ text: String, _ fields: [String: JSON]) { add("warning \(text)") }

    func progress(
        _ label: String, total: Int, unit: String, from first: Int
    ) -> any ProgressOutput {
        add("\(label) \(first) of \(total) \(unit)")
        return Counter(listener: self)
    }
}

@Suite struct LogTests {
    private func speak(_ log: Log) {
        log.note("a")
        log.warning("b")
        let progress = log.progress("c", total: 3, unit: "rows", from: 1)
        progress.update(2)
        progress.advance()
        progress.finish()
    }

    @Test func `a job is heard by whoever started it`() {
        let listener = Listener()
        speak(Log(to: listener))
        #expect(
            listener.heard == ["note a", "warning b", "c 1 of 3 rows", "at 2", "plus 1", "end"])
    }

    @Test func `a quieter log keeps its warnings`() {
        let listener = Listener()
        speak(Log(to: listener).warningsOnly)
        #expect(listener.heard == ["warning b"])
    }

    @Test func `a sentence stays on one line`() {
        #expect("a\nb\r\nc\u{1B}[2K".onOneLine == "a b c\\u{1B}[2K")
    }
}
