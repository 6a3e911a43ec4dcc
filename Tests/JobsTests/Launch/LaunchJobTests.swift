import CambiumFiles
import CambiumJobs
import CambiumTestFolders
import Testing

/// A launch of processes that are a shell's: what they do is the test's.
@Suite struct LaunchJobTests {
    private let folder: TemporaryFolder
    private let listener = Listener()

    init() throws { folder = try TemporaryFolder() }

    /// Starts `script` twice; gives why it failed and the lines of rank 1.
    private func launch(
        _ script: String, restarts: Int = 0, signals: StopSignals = .none
    ) throws -> (failure: LaunchFailure?, lines: [String]) {
        var options = LaunchOptions(command: ["-c", script], processes: 2)
        options.program = Executable("/bin/sh", name: "sh")
        options.environment = ["PLACE": folder.path, "PATH": "/usr/bin:/bin"]
        options.restarts = restarts
        var lines: [String] = []
        let failure = try LaunchJob(options, signals: signals, log: Log(to: listener))
            .run { lines.append($0) }
        return (failure, lines)
    }

    @Test func `every process knows its place, and lines of others bear their rank`() throws {
        let script = #"""
            echo "$WORLD_SIZE $LOCAL_RANK $MASTER_ADDR" > $PLACE/$RANK; test $RANK = 0 || echo hi >&2
            """#
        let (failure, lines) = try launch(script)
        #expect(failure == nil)
        #expect(lines == ["[rank 1] hi"])
        for rank in 0..<2 {
            let text = try FileSystem.readText("\(folder.path)/\(rank)")
            #expect(text == "2 \(rank) 127.0.0.1\n")
        }
        #expect(listener.heard.isEmpty)
    }

    @Test func `one that fails ends the others, and its end is the failure's`() throws {
        let (failure, _) = try launch("test $RANK = 0 && exec sleep 600; exit 5")
        #expect(failure?.sentence == "rank 1 ended with status 5")
        #expect(failure?.final == nil)
    }

    @Test func `arguments that cannot be used are not tried again`() throws {
        let (failure, _) = try launch("exit 2", restarts: 3)
        #expect(failure?.final == 2)
        #expect(listener.heard.isEmpty)
    }

    @Test func `all start again until their work is done`() throws {
        let (failure, _) = try launch(
            "test $TORCHELASTIC_RESTART_COUNT = 1 || exit 7", restarts: 2)
        #expect(failure == nil)
        #expect(listener.heard.count == 1)
        #expect(listener.heard.first?.contains("starting all again (restart 1 of 2)") == true)
    }

    @Test func `a signal is passed on and ends the launch`() throws {
        let calls = Calls()
        // Heard once both run: the first question is the crew's own at its start.
        let signals = StopSignals(begin: {}, received: { (15, calls.next() > 1 ? 1 : 0) })
        let (failure, _) = try launch("exec sleep 600", signals: signals)
        #expect(failure?.final == 143)
    }

    @Test func `a program that is not there is told`() {
        var options = LaunchOptions(command: ["x"], processes: 1)
        options.program = Executable("\(folder.path)/none", name: "none")
        #expect(throws: FileError.self) { try LaunchJob(options).run { _ in } }
    }
}
