import CambiumFiles
import CambiumTestFolders
import Foundation
import Testing

/// Commands that several processes share: the same bytes as one process's.
@Suite(.serialized) struct SharedWorkTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// Runs a command in a folder of its own, alone or as several processes. Commands write below
    /// the folder, so that what they say of themselves is the same.
    @discardableResult
    private func run(
        _ processes: Int, _ command: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Program.Result {
        let folder = bench.place("by-\(processes)")
        try FileSystem.makeFolder(folder)
        let start = processes == 1 ? "" : "launch --processes \(processes) --"
        let answer = try Program.shell(
            "cd '\(folder)' && OMP_NUM_THREADS=1 \"$0\" \(start) \(command)")
        #expect(answer.status == 0, "\(answer.stderr)", sourceLocation: sourceLocation)
        return answer
    }

    /// Runs a command as one, two and three processes and compares what they write and print.
    private func expectSame(
        _ command: String, writes names: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let alone = try run(1, command, sourceLocation: sourceLocation)
        for processes in [2, 3] {
            let together = try run(processes, command, sourceLocation: sourceLocation)
            #expect(together.stdout == alone.stdout, sourceLocation: sourceLocation)
            #expect(!together.stderr.contains("[rank"), "\(together.stderr)")
            let folder = bench.place("by-\(processes)")
            let (left, expected) = (try bench.names("by-\(processes)"), try bench.names("by-1"))
            #expect(left.sorted() == expected.sorted(), sourceLocation: sourceLocation)
            for name in try names.flatMap(files) {
                let bytes = try FileSystem.read("\(folder)/\(name)")
                let wanted = try FileSystem.read(bench.place("by-1/\(name)"))
                let isSame = bytes == wanted
                #expect(isSame, "\(name) of \(processes)", sourceLocation: sourceLocation)
            }
        }
    }

    /// A file, or all files of a folder.
    private func files(_ name: String) throws -> [String] {
        let path = bench.place("by-1/\(name)")
        guard FileSystem.kind(path) == .folder else { return [name] }
        return try FileSystem.names(in: path).flatMap { try files("\(name)/\($0)") }
    }

    @Test func `embeddings`() throws {
        let data = try bench.dataSet()
        let model = "embed -q --model '\(bench.release)'"
        for (name, options) in [
            // Seven batches, the last one smaller; as many as processes; fewer.
            ("a", "--images '\(data)/train_images.tsv' --batch-size 2"),
            ("b", "--images '\(bench.place("pictures"))' --batch-size 7 --float16"),
            ("c", "--images '\(bench.picture)' --no-normalize"),
            ("d", "--texts '\(bench.release)/texts.txt' --batch-size 1"),
        ] {
            try expectSame(
                "\(model) \(options) --out \(name).npy",
                writes: ["\(name).npy", "\(name).keys.tsv"])
        }
        try expectSame(
            "embed -q --model raw-pixels:8 --images '\(data)/train_images.tsv' --out p.npy",
            writes: ["p.npy", "p.keys.tsv"])
    }

    @Test func `evaluations`() throws {
        let data = try bench.dataSet()
        for split in ["train", "test"] {
            try run(
                1,
                "embed -q --model '\(bench.release)' --images '\(data)/\(split)_images.tsv' "
                    + "--out '\(bench.place(split)).npy'")
        }
        try run(
            1,
            "adapt -q --train '\(bench.place("train")).npy' --validation "
                + "'\(bench.place("test")).npy' --epochs 2 --out '\(bench.place("adapter"))'")
        let (train, test) = (bench.place("train.npy"), bench.place("test.npy"))
        try expectSame(
            "evaluate knn -k 3 --train '\(train)' --test '\(test)' --resamples 20 --out knn --json",
            writes: ["knn"])
        try expectSame(
            "evaluate zero-shot --model '\(bench.release)' --labels '\(data)/unique_texts.txt' "
                + "--test '\(test)' --resamples 20 --out zero", writes: ["zero"])
        try expectSame(
            "evaluate adapter --adapter '\(bench.place("adapter"))' --test '\(test)' "
                + "--resamples 20 --out adapter", writes: ["adapter"])
    }

    @Test func `neighbours of more queries than a block`() throws {
        func table(_ name: String, rows: Int) throws {
            let values = (0..<rows * 5).map { sin(Float($0 * $0 + rows)) }
            try NPY.write(values, shape: [rows, 5], to: bench.place("\(name).npy"))
            let keys = (0..<rows).map { "\($0)\t\($0 % 3)\tclass \($0 % 3)\n" }.joined()
            try FileSystem.write(keys, to: bench.place("\(name).keys.tsv"))
        }
        try table("train", rows: 90)
        try table("test", rows: 150)
        try expectSame(
            "evaluate knn --train ../train.npy --test ../test.npy --resamples 5 --weights distance "
                + "--metric l2 --out knn", writes: ["knn"])
    }

    @Test func `work that is not shared is refused`() throws {
        for command in ["evaluate majority", "evaluate scores", "package", "adapt", "validate"] {
            try expectComplaint(
                shell: "\"$0\" launch --processes 2 -- \(command) -q", status: 2,
                mentions: command)
        }
    }

    @Test func `arguments that cannot be used are told once`() throws {
        try expectComplaint(
            shell: "\"$0\" launch --processes 3 -- embed --model raw-pixels:8 --images nowhere "
                + "--out '\(bench.place("a.npy"))'", status: 2, mentions: "nowhere")
        let left = try bench.names()
        #expect(left.isEmpty, "\(left)")
    }

    /// Starts three processes that work on `out`, waits for a file that a pattern matches, and runs
    /// a line in which `rank N` gives a rank's process.
    private func launch(_ command: String, until pattern: String, then line: String) throws
        -> Program.Result
    {
        try Program.shell(
            """
            cd '\(bench.path)'
            \(Program.rankFunction)
            "$0" launch --processes 3 -- \(command) 2> err & launcher=$!
            until ls \(pattern) > here 2>/dev/null; do
                kill -0 $launcher || break
                sleep 0.02
            done
            \(line)
            wait $launcher; status=$?; cat err >&2
            [ $status = 0 ] && exit \(Program.late)
            exit $status
            """
        ) { try FileSystem.remove(bench.place("out")) }
    }

    @Test func `a rank that is killed is named, and nothing is left`() throws {
        try bench.pictures(each: 1500)
        for (command, pattern) in [
            (
                "embed --model raw-pixels:64 --images pictures --out out/e.npy",
                "out/e.npy.partial-*"
            ),
            (
                "prepare pictures --out out/data --workers 1",
                "out/data.partial-*/encoded/rank-1/*.index"
            ),
        ] {
            let answer = try launch("\(command) -q", until: pattern, then: "kill -9 $(rank 1)")
            #expect(answer.status == 1)
            #expect(
                answer.stderr == "cambium: error: rank 1 was killed by signal 9\n",
                "\(answer.stderr)")
            let left = try bench.names("out")
            #expect(left.isEmpty, "\(left)")
        }
    }

    @Test func `data sets`() throws {
        try bench.pictures(each: 40)
        try bench.folder.write("no picture", to: "pictures/heart/zz.png")
        try expectSame(
            "prepare ../pictures --size 32 --out data --json -q", writes: ["data"])
    }

    @Test func `a preparation goes on from where it was killed, as one process or several`() throws
    {
        try bench.pictures(each: 800)
        let work = "prepare pictures --size 200 --workers 1 --out"
        for (number, next) in ["launch --processes 3 -- ", ""].enumerated() {
            let killed = try launch(
                "\(work) out", until: "out.partial-*/encoded/rank-1/*.index",
                then: "kill -9 $launcher")
            #expect(killed.status == 137)
            let answer = try Program.shell("cd '\(bench.path)' && \"$0\" \(next)\(work) out")
            let words = "of them encoded by a run that was killed"
            #expect(answer.status == 0 && answer.stderr.contains(words) == (number == 0))
            let whole = try Program.shell(
                "cd '\(bench.path)' && \"$0\" \(work) whole -q && diff -r out whole && "
                    + "rm -r out whole && ls")
            #expect(whole.status == 0, "\(whole.stdout)")
            #expect(!whole.stdout.contains("partial"))
        }
    }
}
