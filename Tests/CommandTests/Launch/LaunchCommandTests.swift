import CambiumFiles
import CambiumTestFolders
import CambiumTorch
import Testing

/// `cambium launch` over the network check, which works as training does: every rank enters the
/// same operations until rank 0 has had enough.
@Suite(.serialized) struct LaunchCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Starts the launcher as `$launcher`, waits until its ranks work, then runs `line`, in which
    /// `rank N` gives a rank's process; gives what the launcher gave, with `line`'s output.
    private func launch(
        _ options: String, seconds: Double = 600, then line: String
    ) throws -> Program.Result {
        try Program.shell(
            """
            cd '\(folder.path)'
            \(Program.rankFunction)
            "$0" launch \(options) -- doctor --ranks --seconds \(seconds) 2> err & launcher=$!
            # Two threads of the heart, Gloo's and the store's: it has joined.
            until [ "$(ls /proc/$(rank 1)/task 2>/dev/null | wc -l)" -gt 5 ]; do
                kill -0 $launcher || exit \(Program.late)
                sleep 0.05
            done
            \(line)
            wait $launcher; status=$?; cat err >&2
            [ $status = 0 ] && ! [ -s err ] && exit \(Program.late)
            exit $status
            """
        ) {}
    }

    @Test func `ranks work together`() throws {
        let answer = try Program.run(
            "launch", "--processes", "3", "--", "doctor", "--ranks", "--seconds", "0.2")
        #expect(answer.status == 0 && answer.stderr.isEmpty, "\(answer.stderr)")
        #expect(answer.stdout.hasPrefix("ranks          3\n"), "\(answer.stdout)")
    }

    @Test func `a rank that is killed is named`() throws {
        for number in [0, 1] {
            let answer = try launch("--processes 3", then: "kill -9 $(rank \(number))")
            #expect(answer.status == 1)
            #expect(
                answer.stderr == "cambium: error: rank \(number) was killed by signal 9\n",
                "\(answer.stderr)")
        }
    }

    @Test func `a rank that is stopped is named within the set time`() throws {
        for number in [0, 1, 2] {
            let answer = try launch(
                "--processes 3 --timeout 5", then: "kill -STOP $(rank \(number))")
            #expect(answer.status == 1)
            #expect(answer.complaints.count == 1, "\(answer.stderr)")
            let said = try #require(
                answer.stderr.split(
                    separator: "cambium: error: rank \(number) has not answered for ",
                    omittingEmptySubsequences: false
                ).dropFirst().first, "\(answer.stderr)")
            // Not the usual minute; the rest is for a machine that does other things too.
            let seconds = try #require(Int(said.prefix { $0.isNumber }))
            #expect((3...40).contains(seconds), "\(answer.stderr)")
        }
    }

    @Test func `all start again`() throws {
        let answer = try launch(
            "--processes 2 --max-restarts 2", seconds: 5, then: "kill -9 $(rank 1)")
        #expect(answer.status == 0, "\(answer.stderr)")
        #expect(
            answer.stderr
                == "warning: rank 1 was killed by signal 9; starting all again (restart 1 of 2)\n")
        #expect(answer.stdout.hasPrefix("ranks          2\n"))
    }

    @Test func `signals reach all ranks`() throws {
        for (name, status) in [("INT", 130), ("TERM", 143), ("HUP", 129)] as [(String, Int32)] {
            let answer = try launch(
                "--processes 2 --max-restarts 1",
                then: "a=$(rank 0); b=$(rank 1); kill -\(name) $launcher; wait $launcher; s=$?; "
                    + "kill -0 $a 2>/dev/null && echo $a lives; "
                    + "kill -0 $b 2>/dev/null && echo $b lives; cat err >&2; exit $s")
            #expect(answer.status == status, "\(answer.stderr)")
            #expect(answer.stdout.isEmpty && answer.stderr.isEmpty, "\(answer.stderr)")
        }
    }

    @Test func `ranks do not outlive a launcher that is killed`() throws {
        let answer = try launch(
            "--processes 2",
            then: "a=$(rank 0); b=$(rank 1); kill -9 $launcher; "
                + "for p in $a $b; do while [ -d /proc/$p ] && ! grep -q ') Z' /proc/$p/stat; "
                + "do sleep 0.02; done; done; echo \"$a $b\" > ids")
        #expect(answer.status == 137)
        #expect(try FileSystem.readText("\(folder.path)/ids").split(separator: " ").count == 2)
    }

    @Test func `arguments that cannot be used`() throws {
        let launch = ["launch", "--processes", "2"]
        try expectComplaint(
            launch + ["--", "train", "no-such.yaml"], status: 2, mentions: "no-such")
        try expectComplaint(launch, status: 2, mentions: "after --")
        try expectComplaint(launch + ["--", "inspect", "x"], status: 2, mentions: "inspect")
        try expectComplaint(
            ["launch", "--processes", "0", "--", "train"], status: 2, mentions: "1...1024")
        try expectComplaint(
            shell: "RANK=1 WORLD_SIZE=2 \"$0\" launch --processes 2 -- doctor --ranks", status: 2,
            mentions: "WORLD_SIZE")
        try expectComplaint(
            shell: "RANK=1 WORLD_SIZE=2 \"$0\" doctor --ranks", status: 2, mentions: "MASTER_ADDR")
        try expectComplaint(shell: "\"$0\" doctor --ranks", status: 2, mentions: "launch")
        let port = try ReservedPort()
        let alone =
            "RANK=0 WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT=\(port.number) "
            + "CAMBIUM_MEETING_TIMEOUT="
        try expectComplaint(
            shell: "\(alone)x \"$0\" doctor --ranks", status: 2, mentions: "1...86400")
        try expectComplaint(
            shell: "\(alone)1 \"$0\" doctor --ranks", status: 1,
            mentions: "rank 1 did not come within 1 s")
        withExtendedLifetime(port) {}
        try expectComplaint(
            shell: "\"$0\" launch --processes 1 -- doctor --ranks --device tpu", status: 2,
            mentions: "tpu")
    }
}
