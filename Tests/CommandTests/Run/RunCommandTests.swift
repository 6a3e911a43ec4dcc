import CambiumFiles
import CambiumTestFolders
import Testing

/// `cambium run` over a tiny line: pictures, two embeddings of them, a measurement.
@Suite struct RunCommandTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func write(_ text: String) throws -> String {
        try bench.folder.write(text, to: "line.yaml")
    }

    /// Two embeddings that do not depend on each other, and what reads both.
    private func line() throws -> String {
        try bench.pictures()
        return try write(
            """
            out: out
            stages:
              prepare: prepare pictures --size 32 --duplicates report --out data
              train: embed --model raw-pixels:8 --images ${prepare}/train_images.tsv --out e/train.npy
              test: embed --model raw-pixels:8 --images ${prepare}/test_images.tsv --out e/test.npy
              knn: evaluate knn --train ${train} --test ${test} -k 1 --out results/knn
            """)
    }

    /// The usual line with a model that is trained on the way.
    private func wholeLine() throws -> String {
        _ = try bench.tinyRecipe()
        return try write(
            """
            out: out
            line:
              images: pictures
              train: recipe.yaml
              options: {prepare: --size 32 --duplicates report}
            """)
    }

    /// The stages that a run did, by its messages.
    private func done(_ answer: Program.Result) -> [String] {
        answer.complaints.filter { $0.contains(": done in ") }
            .compactMap { $0.split(separator: ":").first.map(String.init) }
    }

    private func stages(_ out: String) throws -> [String: JSON] {
        let lineage = try JSON(parsing: FileSystem.readText(bench.place("\(out)/lineage.json")))
        return try #require(lineage["stages"]?.object)
    }

    @Test func `a line runs once, and what it made is told`() throws {
        let recipe = try line()
        let plan = try Program.run("run", recipe, "--dry-run")
        #expect(plan.stdout.contains("prepare  run     new"), "\(plan.stdout)")
        #expect(try !bench.names().contains("out"))
        let first = try Program.run("run", recipe)
        #expect(first.status == 0, "\(first.stderr)")
        #expect(done(first) == ["prepare", "train", "test", "knn"])
        #expect(first.stdout.hasPrefix("stage    now   seconds  peak_mb\n"))
        #expect(try bench.names("out/logs").contains("knn.out"))
        let second = try Program.run("run", recipe, "--jobs", "2", "--json")
        #expect(done(second) == [])
        #expect(second.stdout == (try FileSystem.readText(bench.place("out/lineage.json"))))
    }

    @Test func `stages side by side, from another folder, to another place`() throws {
        let recipe = try line()
        let answer = try Program.run(
            ["run", recipe, "--jobs", "3", "--out", "there"],
            in: try bench.folder.write("", to: "x/y")
                .replacing("/y", with: ""))
        #expect(answer.status == 0, "\(answer.stderr)")
        #expect(try bench.names("x/there").contains("lineage.json"))
    }

    @Test func `a change runs what reads it`() throws {
        let recipe = try line()
        #expect(try Program.run("run", recipe, "--quiet").stderr.isEmpty)
        try bench.folder.write(
            FileSystem.readText(recipe).replacing("-k 1", with: "-k 3"), to: "line.yaml")
        let plan = try Program.run("run", recipe, "--dry-run", "--json")
        let last = try #require(JSON(parsing: plan.stdout).array?.last)
        #expect(last["reasons"] == ["setting changed: now 3, before 1"], "\(plan.stdout)")
        #expect(done(try Program.run("run", recipe)) == ["knn"])
        try FileSystem.remove(bench.place("out/e/test.keys.tsv"))
        #expect(done(try Program.run("run", recipe)) == ["test"])
        #expect(done(try Program.run("run", recipe, "--from", "train")) == ["train", "knn"])
    }

    @Test func `another program as a stage`() throws {
        try bench.folder.write("b\n", to: "in/b.txt")
        try bench.folder.write("a\n", to: "in/a.txt")
        let recipe = try write(
            """
            out: out
            stages:
              join: {exec: [sh, -c, 'cat "$@" > out/all', sh, 'in/*'], outputs: all}
              fail: {exec: [sh, -c, 'echo broken >&2; exit 3'], inputs: '${join}'}
              after: {exec: 'cp ${given} ${out}', outputs: c}
            variables: {given: in/a.txt}
            """)
        let answer = try Program.run("run", recipe, "--quiet")
        #expect(answer.status == 1)
        #expect(
            answer.stderr == "cambium: error: stage fail: broken (out/logs/fail.log)\n",
            "\(answer.stderr)")
        #expect(try FileSystem.readText(bench.place("out/all")) == "a\nb\n")
        #expect(try FileSystem.readText(bench.place("out/c")) == "a\n")
    }

    @Test func `a failing stage is named with its own line`() throws {
        try bench.pictures()
        let recipe = try write(
            """
            out: out
            stages:
              prepare: prepare pictures --size 32 --out data
              bad: embed --model missing-model --images ${prepare}/test_images.tsv --out a.npy
              good: embed --model raw-pixels:8 --images ${prepare}/test_images.tsv --out b.npy
              last: umap ${bad} --out c.npy
            """)
        let answer = try Program.run("run", recipe)
        #expect(answer.status == 1)
        let line = try #require(answer.complaints.last)
        #expect(line.hasPrefix("cambium: error: stage bad: missing-model: "), "\(line)")
        #expect(answer.stderr.contains("last: not begun, it needs bad\n"))
        #expect(try stages("out")["good"]?["status"] == "done")
        #expect(try stages("out")["bad"]?["error"]?.string?.hasPrefix("missing-model: ") == true)
    }

    @Test(arguments: [
        (
            "stages:\n  a: prepare x --out a\n  b: prepare x --sise 32 --out b",
            "line.yaml:3: stage b"
        ),
        ("stages: {a: embed --out a.npy}", "line.yaml:1: stage a: Give --images"),
        ("stages: {a: paint x --out a}", "paint: is no command"),
        ("stages: {a: {exec: no-such-program}}", "no program no-such-program"),
        ("root: nowhere\nstages: {a: doctor}", "root nowhere"),
        ("out: .\nstages: {a: doctor}", "a folder of its own"),
    ])
    func `what cannot be run is found before anything runs`(text: String, mentioned: String) throws
    {
        let recipe = try write(text)
        let out = text.hasPrefix("out") ? [] : ["--out", bench.place("out")]
        try expectComplaint(["run", recipe] + out, status: 2, mentions: mentioned)
        #expect(try !bench.names().contains("out"))
    }

    @Test func `no folder, or one that is taken`() throws {
        let recipe = try write("stages: {a: {exec: sleep 600}}")
        try expectComplaint(["run", recipe], status: 2, mentions: "give --out RUN")
        let answer = try Program.shell(
            """
            cd '\(bench.path)'; "$0" run line.yaml --out out -q & p=$!
            until [ -e out/logs/a.log ]; do sleep 0.02; done
            "$0" run line.yaml --out out -q; echo $?
            kill -TERM $p; wait $p; echo $?
            """)
        #expect(answer.stdout == "2\n143\n")
        #expect(answer.stderr.contains("another run works in this folder"))
        #expect(try stages("out")["a"]?["status"] == "interrupted")
    }

    @Test func `stages end with a run that is killed`() throws {
        _ = try write("stages: {a: {exec: sleep 4711}, b: {exec: sleep 4711}}")
        let answer = try Program.shell(
            """
            cd '\(bench.path)'; "$0" run line.yaml --out out --jobs 2 -q & p=$!
            stages() { grep -ls "^PPid:[[:space:]]*$p$" /proc/[0-9]*/status | cut -d/ -f3; }
            words() { for stage in $(stages); do tr '\\0' ' ' < /proc/$stage/cmdline; echo; done; }
            until [ "$(words | grep -c '^sleep 4711')" = 2 ]; do
                kill -0 $p || exit 1; sleep 0.02
            done
            both=$(stages); kill -9 $p; wait $p
            for stage in $both; do
                while [ -d /proc/$stage ] && ! grep -q ') Z' /proc/$stage/stat; do sleep 0.02; done
            done
            echo $both | wc -w
            """)
        #expect(answer.stdout.filter(\.isNumber) == "2", "\(answer.stderr)")
    }

    @Test func `interrupted training goes on, and the line with it`() throws {
        let recipe = try wholeLine()
        let answer = try Program.shell(
            """
            cd '\(bench.path)'; "$0" run line.yaml -q & p=$!
            until [ -e out/training/last ]; do kill -0 $p || break; sleep 0.02; done
            kill -INT $p; wait $p; status=$?
            [ $status = 0 ] && exit \(Program.late)
            exit $status
            """
        ) { try FileSystem.remove(bench.place("out")) }
        #expect(answer.status == 130, "\(answer.stderr)")
        #expect(answer.stderr.contains("cambium: interrupted; the same command goes on"))
        #expect(try stages("out")["train"]?["status"] == "interrupted")
        let plan = try Program.run("run", recipe, "--dry-run")
        #expect(
            plan.stdout.contains("train               go on   was interrupted"), "\(plan.stdout)")
        #expect(try Program.run("run", recipe).status == 0)
        let log = try FileSystem.readText(bench.place("out/logs/train.log"))
        #expect(log.contains("going on after"))
    }

    /// The full trial, with every byte and ten kills, is Benchmarks/resilience/chain.py.
    @Test func `killed and begun again, to the same digests`() throws {
        let whole = try Program.run("run", try wholeLine(), "--quiet")
        #expect(whole.status == 0, "\(whole.stderr)")
        // Reports hold their command, and with it the folder's name.
        try FileSystem.rename(bench.place("out"), to: bench.place("whole"))
        for delay in ["0.3", "0.9", "1.4"] {
            _ = try Program.shell(
                """
                cd '\(bench.path)'; "$0" run line.yaml -q > /dev/null 2>&1 & p=$!
                sleep \(delay); kill -9 $p; wait $p
                """)
        }
        let last = try Program.run("run", bench.place("line.yaml"), "--quiet")
        #expect(last.status == 0, "\(last.stderr)")
        let (a, b) = (try stages("whole"), try stages("out"))
        #expect(a.keys == b.keys)
        // A training run's own folder holds times, in its log; its model does not.
        for name in a.keys where name != "train" {
            #expect(a[name]?["outputs"] == b[name]?["outputs"], "\(name)")
            #expect(a[name]?["inputs"] == b[name]?["inputs"], "\(name)")
        }
    }
}
