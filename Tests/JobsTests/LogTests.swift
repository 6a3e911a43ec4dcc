import CambiumJobs
import Testing

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

    @Test func `of several ranks the first speaks, the others not even to warn`() throws {
        for rank in 0...1 {
            let place = try RankPlace(
                environment: [
                    "RANK": "\(rank)", "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1",
                    "MASTER_PORT": "29500",
                ], ending: NoEnding())
            let listener = Listener()
            speak(Log(to: listener).of(place).warningsOnly)
            #expect(listener.heard == (rank == 0 ? ["warning b"] : []))
        }
    }

    @Test func `a sentence stays on one line`() {
        #expect("a\nb\r\nc\u{1B}[2K".onOneLine == "a b c\\u{1B}[2K")
    }
}
