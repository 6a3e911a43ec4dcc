import CambiumFiles
import CambiumTestFolders
import Testing

/// `cambium prepare` on everything it reads, run as a user runs it.
@Suite struct PrepareInputsTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    func prepare(_ arguments: String...) throws -> Program.Result {
        try Program.run(["prepare"] + arguments + ["--size", "16", "--quiet"])
    }

    /// The data set that pandas wrote, where line indexes may be put.
    func pandasSet(_ name: String = "sample") throws -> String {
        let folder = Repository.fixture("CorpusTests", "pandas-set")
        for file in try FileSystem.names(in: folder) where !file.hasSuffix(".lineidx") {
            try bench.folder.write(FileSystem.read("\(folder)/\(file)"), to: "\(name)/\(file)")
        }
        return bench.place(name)
    }

    @Test func `a set that pandas wrote is read, its bytes stay`() throws {
        let answer = try Program.run("prepare", pandasSet(), "--out", bench.place("out"), "--quiet")
        #expect(answer.status == 0 && answer.stderr.isEmpty, "\(answer.stderr)")
        #expect(answer.stdout.contains("12 images, 3 classes (train 6, validation 3, test 3)"))
        let texts = try FileSystem.readText(bench.place("out/unique_texts.txt"))
        #expect(texts == "endoscopy \"other\"\nendoscopy Größe 肺\nendoscopy cecum\n")
        let images = try FileSystem.readText(bench.place("out/train_images.tsv"))
        let theirs = try FileSystem.readText(bench.place("sample/train_images.tsv"))
        let cells = { (text: String) in
            text.split(separator: "\n").compactMap { $0.split(separator: "\t").last }
        }
        #expect(cells(images) == cells(theirs))
    }

    @Test func `sets are merged, divided into folds and used for training`() throws {
        let both = try prepare(
            pandasSet("a"), try pandasSet("b"), "--out", bench.place("both"), "--folds", "3")
        #expect(both.status == 0, "\(both.stderr)")
        #expect(both.stdout.contains("3 folds of 24 images, 3 classes"))
        #expect(try bench.names("both") == ["fold-00", "fold-01", "fold-02", "folds.json"])
        let look = try Program.run("inspect", bench.place("both/fold-01"))
        #expect(look.status == 0 && look.stdout.contains("data set"), "\(look.stdout)")
    }

    @Test func `a manifest with patients gives a note on the deviation`() throws {
        try bench.pictures("images", each: 9)
        var text = "file_name,label,patient_id\n"
        for number in 0..<9 {
            let files = [
                "exact.png", "grey.png", "photo.jpg", "small.png", "square.png", "wide.png",
            ]
            text += "heart/\(number)-\(files[number % 6]),heart,P\(number / 4)\n"
        }
        try bench.folder.write(text, to: "images/study.csv")
        let answer = try Program.run(
            "prepare", bench.place("images/study.csv"), "--out", bench.place("out"), "--size", "16")
        #expect(answer.status == 0, "\(answer.stderr)")
        #expect(answer.stderr.contains("groups are kept whole: "))
        let groups = try FileSystem.readText(bench.place("out/groups.tsv"))
        #expect(groups.split(separator: "\n").count == 9)
    }

    @Test func `what cannot be used is one line`() throws {
        let pictures = try bench.pictures()
        let out = bench.place("out")
        try bench.folder.write("path,lable\na,b\n", to: "m.csv")
        let manifest = bench.place("m.csv")
        let cases: [([String], Int32, String)] = [
            ([manifest], 1, "m.csv:1: no column for the labels or captions"),
            ([bench.picture], 2, "neither"),
            ([pictures, "--split", "column:a"], 2, "needs a manifest"),
            ([pictures, "--group-by", "column:a"], 2, "need a manifest"),
            ([pictures, "--root", "x"], 2, "only for manifests"),
            ([pictures, "--split", "keep"], 2, "no splits to keep"),
            ([pictures, "--split", "1,2,3", "--folds", "3"], 2, "leave one out"),
            ([pictures, "--folds", "1"], 2, "2 to 1000"),
            ([pictures, "--compat", "gastro"], 2, "there is gastrovision"),
            ([pictures, "--input", "folder"], 2, "use class-folders, captions"),
            ([pictures, "--keep-classes", bench.place("none")], 2, "no such file"),
            ([pictures, manifest], 2, "several inputs must all be data sets"),
            ([manifest, "--compat", "gastrovision"], 2, "compat is for class folders"),
            ([pictures, "--split", "list:\(manifest)"], 1, "m.csv:1: the split lable is none"),
        ]
        for (arguments, status, message) in cases {
            try expectComplaint(
                ["prepare"] + arguments + ["--out", out], status: status, mentions: message)
            #expect(FileSystem.kind(out) == nil)
        }
    }
}
