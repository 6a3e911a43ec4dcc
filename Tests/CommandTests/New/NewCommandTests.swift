import CambiumFiles
import CambiumTestFolders
import Testing

/// `cambium new`, and the line that it writes.
@Suite struct NewCommandTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `a new line runs from a folder of pictures to a report and a bundle`() throws {
        try bench.pictures(each: 20)
        try bench.folder.write("no image", to: "pictures/heart/readme.txt")
        let answer = try Program.run(
            "new", bench.place("pictures"), "--out", bench.place("line"), "--minutes", "1")
        #expect(answer.status == 0, "\(answer.stderr)")
        #expect(answer.stdout.contains("a folder a class, 40 images, 2 classes"))
        #expect(answer.stdout.contains("1 file left out"))
        #expect(answer.stdout.hasSuffix("next: cambium run \(bench.place("line"))/line.yaml\n"))
        let training = bench.place("line/train.yaml")
        var recipe = try FileSystem.readText(training)
        let epochs = try #require(recipe.firstRange(of: #/MAX_NUM_EPOCHS: \d+/#))
        recipe.replaceSubrange(epochs, with: "MAX_NUM_EPOCHS: 1")
        try FileSystem.write(recipe, to: training)
        // The same few pictures again and again: told, not kept together.
        let line = bench.place("line/line.yaml")
        let run = try Program.run(
            "run", line, "--set", "line.options.prepare=--size 32 --duplicates report")
        #expect(run.status == 0, "\(run.stderr)")
        let folder = bench.place("line/run")
        for name in ["report.html", "bundle/bundle.json", "results/start", "results/pixels"] {
            #expect(FileSystem.kind("\(folder)/\(name)") != nil, "\(name)")
        }
        let report = try FileSystem.readText("\(folder)/report.html")
        #expect(report.contains("KNN, before training") && report.contains("id=\"paired\""))
    }

    @Test func `what no line can be made of is refused, and nothing is left`() throws {
        let out = bench.place("line")
        func refuse(_ images: String, _ mentioned: String, status: Int32 = 2) throws {
            try expectComplaint(
                ["new", images, "--out", out], status: status, mentions: mentioned)
            #expect(FileSystem.kind(out) == nil)
        }
        try refuse(bench.place("nowhere"), "no such file")
        try FileSystem.makeFolder(bench.place("empty"))
        try refuse(bench.place("empty"), "empty folder", status: 1)
        try bench.folder.write("text", to: "texts/a/1.txt")
        try refuse(bench.place("texts"), "looks like an image", status: 1)
        let pictures = try bench.pictures(each: 12)
        try FileSystem.makeFolder(bench.place("one"))
        try FileSystem.rename("\(pictures)/heart", to: bench.place("one/heart"))
        try refuse(bench.place("one"), "one class only")
        try refuse(try bench.pictures("few", each: 2), "too few")
        try bench.folder.write("here", to: "line/other.txt")
        try expectComplaint(
            ["new", try bench.pictures("all"), "--out", out], status: 2, mentions: "exists already")
    }

    @Test func `prefixes that may be patients are told`() throws {
        for number in 0..<24 {
            let label = number % 2 == 0 ? "a" : "b"
            try bench.folder.write(
                FileSystem.read(bench.picture), to: "named/\(label)/P\(number / 4)_\(number).png")
        }
        let answer = try Program.run("new", bench.place("named"), "--out", bench.place("line"))
        #expect(answer.status == 0 && answer.stdout.contains("--group-by prefix:_"))
        #expect(
            try FileSystem.readText(bench.place("line/line.yaml")).contains("6 prefixes"))
    }
}
