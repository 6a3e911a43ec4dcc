import CambiumFiles
import CambiumJobs

/// Keeps what a job says.
final class Listener: LogOutput {
    private struct Counter: ProgressOutput {
        let listener: Listener

        func update(_ done: Int, _ detail: String, _ fields: [String: JSON]) {
            listener.add("at \(done)")
        }

        func advance(by count: Int) { listener.add("plus \(count)") }

        func finish() { listener.add("end") }
    }

    private let lines = Lock<[String]>([])

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
