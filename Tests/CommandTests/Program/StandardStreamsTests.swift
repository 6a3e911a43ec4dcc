import CambiumFiles
import CambiumTestFolders
import Testing

/// Streams that whoever starts the program has closed: the next file or pipe that is opened would
/// get their numbers.
@Suite struct StandardStreamsTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test(arguments: ["<&-", ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
    func `a closed stream changes neither status nor result`(closed: String) throws {
        let work = "embed --model raw-pixels:4 --images '\(try bench.pictures())' --out"
        let answer = try Program.shell(
            """
            cd '\(bench.path)'
            "$0" \(work) open.npy -q > /dev/null; echo "open: $?" > statuses
            "$0" \(work) closed.npy -q > /dev/null \(closed); echo "closed: $?" >> statuses
            "$0" inspect nowhere > /dev/null \(closed); echo "refused: $?" >> statuses
            cat statuses
            """)
        #expect(answer.stdout == "open: 0\nclosed: 0\nrefused: 2\n", "\(answer.stderr)")
        #expect(
            try FileSystem.read(bench.place("closed.npy"))
                == FileSystem.read(bench.place("open.npy")))
        #expect(
            try bench.names().filter { $0.contains("closed") || $0.contains("partial") }.sorted()
                == ["closed.json", "closed.keys.tsv", "closed.npy"])
    }

    @Test func `processes of a launch have theirs`() throws {
        let work = "launch --processes 2 -- embed --model raw-pixels:4 --images "
        let answer = try Program.shell(
            """
            cd '\(bench.path)'
            "$0" \(work) '\(try bench.pictures())' --out out.npy -q <&- >&- 2>&-
            echo $? > status
            cat status
            """)
        #expect(answer.stdout == "0\n")
        #expect(FileSystem.kind(bench.place("out.npy")) == .file)
    }
}
