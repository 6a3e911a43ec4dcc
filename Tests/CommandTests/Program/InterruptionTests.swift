import CambiumFiles
import CambiumTestFolders
import Testing

/// Signals in the middle of the work: the right status, one line, nothing half-written.
@Suite struct InterruptionTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// Starts a command that writes `out` or `out.npy`, with its messages in `log`, waits until
    /// `condition` holds, sends a signal.
    private func interrupt(
        _ arguments: String, when condition: String, _ signal: String
    ) throws -> Program.Result {
        try Program.shell(
            """
            cd '\(bench.path)'
            "$0" \(arguments) 2> log & p=$!
            while kill -0 $p 2>/dev/null && ! ( \(condition) ); do sleep 0.01; done
            kill -\(signal) $p; wait $p; status=$?; cat log >&2
            [ $status = 0 ] && exit \(Program.late)
            exit $status
            """
        ) {
            for name in try bench.names() where name.hasPrefix("out") {
                try FileSystem.remove(bench.place(name))
            }
        }
    }

    private func expectInterrupted(_ answer: Program.Result, _ status: Int32) throws {
        #expect(answer.status == status, "\(answer.stderr)")
        let lines = answer.complaints.filter { !$0.contains("images") }
        #expect(lines.count == 1 && lines[0].hasPrefix("cambium: "), "\(answer.stderr)")
        #expect(answer.stdout.isEmpty)
        let left = try bench.names()
        #expect(!left.contains { $0.hasPrefix("out") || $0.contains("partial") }, "\(left)")
    }

    private static let signals: [(name: String, status: Int32)] = [
        ("INT", 130), ("TERM", 143), ("HUP", 129),
    ]

    @Test func `prepare`() throws {
        let work = "prepare '\(try bench.pictures(each: 40))' --size 2000 --out out"
        for (name, status) in Self.signals {
            let answer = try interrupt(work, when: "[ -e out.partial-$p/encoded ]", name)
            try expectInterrupted(answer, status)
        }
    }

    @Test func `embed`() throws {
        let work =
            "embed --model '\(bench.release)' --images '\(try bench.pictures(each: 300))' "
            + "--workers 1 --out out.npy"
        for (name, status) in Self.signals.prefix(2) {
            let answer = try interrupt(work, when: "grep -qs images log", name)
            try expectInterrupted(answer, status)
        }
    }

    @Test func `package`() throws {
        let work = "package --model '\(bench.release)' --labels '\(try bench.labels())' --out out"
        for (name, status) in Self.signals.prefix(2) {
            let answer = try interrupt(work, when: "[ -e out.partial-$p ]", name)
            // The last step may have been quicker than the signal; half a bundle is never there.
            let isWhole = try bench.names().contains("out")
            #expect(answer.status == status)
            #expect(try !bench.names().contains { $0.contains("partial") })
            if isWhole {
                #expect(try Program.run("predict", bench.place("out"), bench.picture).status == 0)
                try FileSystem.remove(bench.place("out"))
            }
        }
    }

    @Test func `what a killed process left goes with the next run`() throws {
        let pictures = try bench.pictures(each: 40)
        let killed = try interrupt(
            "prepare '\(pictures)' --size 2000 --out out",
            when: "[ -e out.partial-$p/encoded ]", "KILL")
        #expect(killed.status == 137)
        #expect(try bench.names().contains { $0.hasPrefix("out.partial-") })
        // Another's leftover, and a name that only looks like one.
        try bench.folder.write("mine", to: "out.partial-me")
        let next = try Program.run(
            "prepare", pictures, "--out", bench.place("out"), "--size", "8", "--quiet")
        #expect(next.status == 0, "\(next.stderr)")
        #expect(try bench.names() == ["log", "out", "out.partial-me", "pictures"])
    }

    @Test func `a preparation goes on from where it was killed, to the same bytes`() throws {
        let pictures = try bench.pictures(each: 180)
        let work = "prepare '\(pictures)' --size 500 --workers 1 --out"
        let killed = try interrupt(
            "\(work) out", when: "[ -e out.partial-$p/encoded/0000000.index ]", "KILL")
        #expect(killed.status == 137)
        let next = try Program.shell("cd '\(bench.path)' && \"$0\" \(work) out")
        #expect(next.status == 0 && next.stderr.contains("256 of them"), "\(next.stderr)")
        let whole = try Program.shell(
            "cd '\(bench.path)' && \"$0\" \(work) whole --quiet && diff -r out whole && ls")
        #expect(whole.status == 0, "\(whole.stdout)")
        #expect(!whole.stdout.contains("partial"))
    }

    @Test func `another recipe takes nothing over`() throws {
        let pictures = try bench.pictures(each: 180)
        _ = try interrupt(
            "prepare '\(pictures)' --size 500 --workers 1 --out out",
            when: "[ -e out.partial-$p/encoded/0000000.index ]", "KILL")
        let next = try Program.shell(
            "cd '\(bench.path)' && \"$0\" prepare '\(pictures)' --size 16 --out out")
        #expect(next.status == 0 && !next.stderr.contains("of them"), "\(next.stderr)")
    }

    @Test func `a process that lives keeps what it writes`() throws {
        let pictures = try bench.pictures(each: 40)
        let answer = try Program.shell(
            """
            cd '\(bench.path)'
            "$0" prepare '\(pictures)' --size 3000 --workers 1 --out out --quiet & p=$!
            while kill -0 $p 2>/dev/null && [ ! -e out.partial-$p/encoded ]; do
                sleep 0.01
            done
            kill -STOP $p
            "$0" prepare '\(pictures)' --size 8 --out out --quiet; second=$?
            [ -e out.partial-$p/encoded ]; echo $second $?
            kill -TERM $p; kill -CONT $p; wait $p
            """)
        #expect(answer.status == 143 && answer.stdout.hasSuffix("0 0\n"), "\(answer.stdout)")
        #expect(try bench.names() == ["out", "pictures"])
    }

    @Test func `a reader that had enough ends the program without a word`() throws {
        let table = try bench.folder.write(
            (1...20_000).map { "text \($0)\n" }.joined(), to: "many.txt")
        let answer = try Program.shell(
            "{ \"$0\" inspect '\(table)' --json; echo $? >&2; } | true")
        #expect(["0\n", "141\n"].contains(answer.stderr), "\(answer.stderr)")
    }
}
