import CambiumFiles
import CambiumTestFolders
import Testing

/// A device that fills up, and a limit on the size of files, in the middle of the work.
@Suite struct DiskFullTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// What each command writes, as arguments without the output's folder.
    private func works() throws -> [(name: String, arguments: String)] {
        let pictures = try bench.pictures()
        let labels = try bench.labels()
        let rows = 64
        try NPY.write(
            (0..<rows * 4).map { Float($0 % 7) }, shape: [rows, 4], to: bench.place("t.npy"))
        let keys = (0..<rows).map { "\($0)\t\($0 % 2 + 1)\tclass \($0 % 2)\n" }.joined()
        try bench.folder.write(keys, to: "t.keys.tsv")
        let recipe = try bench.folder.write(
            "MODEL: \(bench.release)\nDATASET: {ROOT: \(try bench.dataSet())}\n"
                + "TRAIN: {BATCH_SIZE_TOTAL: 8}\nMAX_NUM_EPOCHS: 1\nEVAL_AT_START: false\n"
                + "LR_SCHEDULER_PARAMS: {warmup_steps: 0}\n"
                + "EVALDATASET_KNN: {KNN: 1}\nDEVICE: cpu\n", to: "r.yaml")
        let table = bench.place("t.npy")
        return [
            ("data", "prepare '\(pictures)' --size 256 --out"),
            ("raw.npy", "embed --model raw-pixels:64 --images '\(pictures)' --out"),
            ("bundle", "package --model '\(bench.release)' --labels '\(labels)' --out"),
            ("adapter", "adapt --train '\(table)' --validation '\(table)' --epochs 1 --out"),
            ("run", "train '\(recipe)' --out"),
        ]
    }

    /// A run keeps its description and log: it can be resumed where there is room.
    private func expectNothingHalf(_ left: [String], _ name: String) {
        #expect(!left.contains { $0.contains("partial") || $0.contains("step-") }, "\(left)")
        #expect(name == "run" || left.isEmpty, "\(left)")
    }

    @Test(.enabled(if: Program.canMount, "needs root and leave to mount a tmpfs"))
    func `a full device is told, and nothing half-written stays`() throws {
        for (name, arguments) in try works() {
            let place = bench.place("full-\(name)")
            try FileSystem.makeFolder(place)
            let script = try bench.folder.write(
                """
                mount -t tmpfs -o size=64k tmpfs '\(place)' && cd '\(place)' || exit 99
                '\(Program.path)' \(arguments) '\(name)' --quiet
                code=$?; find . -mindepth 1; exit $code
                """, to: "\(name).sh")
            let answer = try Program.shell("unshare --mount sh '\(script)'")
            #expect(answer.status == 1, "\(answer.stderr)")
            #expect(answer.complaints.count == 1, "\(answer.stderr)")
            #expect(answer.stderr.contains("no space left on the device; free some space"))
            expectNothingHalf(answer.stdout.split(separator: "\n").map(String.init), name)
        }
    }

    @Test func `a limit on the size of files is told, and nothing half-written stays`() throws {
        for (name, arguments) in try works() {
            let place = bench.place("limit-\(name)")
            try FileSystem.makeFolder(place)
            // Blocks of 512 bytes.
            let answer = try Program.shell(
                """
                cd '\(place)' && ulimit -f 128 && "$0" \(arguments) '\(name)' --quiet
                code=$?; find . -mindepth 1; exit $code
                """)
            #expect(answer.status == 1, "\(answer.stderr)")
            #expect(answer.complaints.count == 1, "\(answer.stderr)")
            #expect(answer.stderr.contains("raise the limit (ulimit -f)"), "\(answer.stderr)")
            expectNothingHalf(answer.stdout.split(separator: "\n").map(String.init), name)
        }
    }
}
