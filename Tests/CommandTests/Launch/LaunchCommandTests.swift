import CambiumFiles
import CambiumTestFolders
import Testing

/// `cambium launch` over the network check, which works as training does: every rank enters the
/// same operations until rank 0 has had enough.
@Suite(.serialized) struct LaunchCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Starts the launcher as `$launcher`, waits until its ranks work, then runs `line`, in which
    /// `rank N` gives a rank's process; gives what the launcher gave, with `line`'s output.
    private func launch(
        _ options: String, seconds: Double = 60, then line: String
    ) throws -> Program.Result {
        try Program.shell(
            """
            cd '\(folder.path)'
            rank() {
                for p in $(grep -ls "^PPid:[[:space:]]*$launcher$" /proc/[0-9]*/status | cut -d/ -f3)
                do
                    tr '\\0' '\\n' < /proc/$p/environ | grep -qx "RANK=$1" && echo $p
                done
            }
            "$0" launch \(options) -- doctor --ranks --seconds \(seconds) 2> err & launcher=$!
            n=0
            # Two threads of the heart, Gloo's and the store's: it has joined.
            until [ -n "$(rank 1)" ] && [ "$(ls /proc/$(rank 1)/task | wc -l)" -gt 5 ]; do
                n=$((n + 1)); [ $n -gt 400 ] && break; sleep 0.05
            done
            sleep 1
            \(line)
            wait $launcher; status=$?; cat err >&2; exit $status
            """)
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
                "--processes 3 --timeout 3",
                then: """
                    kill -STOP $(rank \(number)); a=$(date +%s%N)
                    until [ -s err ]; do sleep 0.02; done
                    echo $(( ($(date +%s%N) - a) / 1000000 ))
                    """)
            #expect(answer.status == 1)
            #expect(answer.complaints.count == 1, "\(answer.stderr)")
            let said = "cambium: error: rank \(number) has not answered for "
            #expect(answer.stderr.contains(said), "\(answer.stderr)")
            let time = try #require(Int(answer.stdout.filter(\.isNumber)))
            // A rank's lines wait half a second for the launcher; the rest is for a machine that
            // does other things too.
            #expect((1500...9000).contains(time), "\(time) ms")
        }
    }

    @Test func `all start again`() throws {
        let answer = try launch(
            "--processes 2 --max-restarts 2", seconds: 3, then: "kill -9 $(rank 1)")
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
            then: "a=$(rank 0); b=$(rank 1); kill -9 $launcher; sleep 1; "
                + "for p in $a $b; do [ -d /proc/$p ] && ! grep -q ') Z' /proc/$p/stat "
                + "&& echo $p lives; done; echo \"$a $b\" > ids")
        #expect(answer.status == 137)
        #expect(answer.stdout.isEmpty, "\(answer.stdout)")
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
        let alone =
            "RANK=0 WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT=$((20000 + $$ % 9000)) "
            + "CAMBIUM_MEETING_TIMEOUT="
        try expectComplaint(
            shell: "\(alone)x \"$0\" doctor --ranks", status: 2, mentions: "1...86400")
        try expectComplaint(
            shell: "\(alone)1 \"$0\" doctor --ranks", status: 1,
            mentions: "rank 1 did not come within 1 s")
        try expectComplaint(
            shell: "\"$0\" launch --processes 1 -- doctor --ranks --device tpu", status: 2,
            mentions: "tpu")
    }
}
