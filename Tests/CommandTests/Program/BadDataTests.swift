import CambiumCorpus
import CambiumFiles
import CambiumTestFolders
import Foundation
import Testing

/// Folders and pictures that cannot be used, and odd ones that can.
@Suite struct BadDataTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// Every way of naming pictures that cannot be used, by every command that takes pictures.
    private func refuse(_ input: String, status: Int32, _ mention: String) throws {
        let out = bench.place("out")
        try expectComplaint(["prepare", input, "--out", out], status: status, mentions: mention)
        try expectComplaint(
            ["embed", "--model", "raw-pixels:8", "--out", "\(out).npy", "--images", input],
            status: status, mentions: input)
        #expect(try !bench.names().contains { $0.hasPrefix("out") })
    }

    @Test func `a missing, an empty and a pictureless folder`() throws {
        try refuse(bench.place("missing"), status: 2, "missing: no such file or folder")
        try FileSystem.makeFolder(bench.place("empty"))
        try refuse(bench.place("empty"), status: 1, "empty")
        try bench.folder.write("notes", to: "plain/class/notes.txt")
        try refuse(bench.place("plain"), status: 1, "plain")
    }

    @Test func `what is wrong with a picture is told, and the others are used`() throws {
        let pictures = try bench.pictures()
        let photo = try FileSystem.read("\(bench.release)/images/photo.jpg")
        let bad: [(name: String, bytes: [UInt8], reason: String)] = [
            ("cut.jpg", Array(photo.prefix(photo.count / 2)), "truncated JPEG"),
            ("text.png", Array("hello".utf8), "it looks like text"),
            ("vast.png", try vastPicture(), "60000 x 60000 pixels are more than the limit"),
            ("nothing.jpg", [], "empty"),
        ]
        for (name, bytes, _) in bad {
            try bench.folder.write(bytes, to: "pictures/heart/\(name)")
        }
        _ = try bench.pipe("pictures/heart/pipe.png")
        try FileSystem.link(bench.place("pictures/heart/dangling.png"), to: "nowhere")

        let out = bench.place("out")
        let result = try Program.run("prepare", pictures, "--out", out, "--size", "16", "-q")
        #expect(result.status == 0 && result.stdout.contains("6 not used, see rejected.tsv"))
        let rejected = try FileSystem.readText("\(out)/rejected.tsv")
        for (name, _, reason) in bad {
            #expect(
                rejected.split(separator: "\n").contains {
                    $0.hasPrefix("heart/\(name)\t") && $0.contains(reason)
                }, "\(rejected)")
        }
        #expect(rejected.contains("dangling.png\ta broken link"))
        #expect(rejected.contains("pipe.png\tneither a file nor a folder"))

        for (name, _, reason) in bad {
            let file = "\(pictures)/heart/\(name)"
            try expectComplaint(
                ["embed", "--model", "raw-pixels:8", "--out", "\(out).npy", "--images", file],
                status: 1, mentions: name, reason)
        }
        try expectComplaint(
            ["prepare", pictures, "--out", "\(out)-b", "--on-error", "fail"], status: 1,
            mentions: "heart/")
        #expect(try bench.names() == ["out", "pictures"])
    }

    /// A PNG whose header claims 60,000 x 60,000 pixels.
    private func vastPicture() throws -> [UInt8] {
        let cases = try JSON(file: Repository.fixture("ImagingTests", "images.json"))["cases"]?
            .array
        let text = cases?.first { $0["name"] == "png 60000x60000 header" }?["file"]?.string
        return Array(try #require(text.flatMap { Data(base64Encoded: $0) }))
    }

    @Test func `pipes and folders in place of files are refused at once`() throws {
        let (pipe, out) = (try bench.pipe("pipe"), bench.place("out"))
        let array = bench.place("absent.npy")
        for input in [pipe] {
            let calls = [
                ["embed", "--model", bench.release, "--texts", input, "--out", "\(out).npy"],
                ["evaluate", "knn", "--train", input, "--test", array, "--out", out],
                ["evaluate", "scores", "--scores", input, "--labels", array, "--out", out],
                ["adapt", "--train", input, "--validation", array, "--out", out],
                ["package", "--model", bench.release, "--labels", input, "--out", out],
                ["train", input, "--out", out],
            ]
            for call in calls { try expectComplaint(call, status: 2, mentions: input) }
        }
        try expectComplaint(
            ["embed", "--model", "raw-pixels:8", "--out", "\(out).npy", "--images", pipe],
            status: 2, mentions: pipe)
        try expectComplaint(
            ["train", bench.release, "--out", out], status: 2, mentions: "is a folder")
        let answer = try Program.run("inspect", pipe)
        #expect(answer.status == 1 && answer.complaints.count == 1)
        #expect(try bench.names() == ["pipe"])
    }

    @Test(.enabled(if: Program.canDropRights, "needs root and setpriv, or not to be root"))
    func `a file that may not be read is told`() throws {
        let pictures = try bench.pictures("p", each: 3)
        let secret = try bench.folder.write([1, 2, 3], to: "p/heart/secret.png")
        chmod(secret, 0)
        chmod(bench.path, 0o777)
        let reason = "Permission denied; check its owner and permissions"
        let out = bench.place("out")
        let user = Program.asNobody
        try expectComplaint(
            shell: """
                \(user) "$0" embed --model raw-pixels:8 --images '\(secret)' --out '\(out).npy' -q
                """, status: 1, mentions: secret, reason)
        try expectComplaint(
            shell: "\(user) \"$0\" prepare '\(pictures)' --out '\(out)' --on-error fail -q",
            status: 1, mentions: "heart/secret.png", reason)
    }

    @Test func `names with tabs, line breaks and other letters become keys`() throws {
        for name in ["tab\there.png", "line\nbreak.png", "日本 %.png", "plain.png"] {
            try bench.folder.write(FileSystem.read(bench.picture), to: "odd/ключ \t/\(name)")
        }
        let out = bench.place("out")
        let result = try Program.run(
            "prepare", bench.place("odd"), "--out", out, "--split", "1,0,0", "--size", "8", "-q")
        #expect(result.status == 0, "\(result.stderr)")
        let lines = try FileSystem.readText("\(out)/train_text.tsv").split(separator: "\n")
        let keys = lines.compactMap { $0.split(separator: "\t").first.map(String.init) }
        #expect(
            keys.sorted() == [
                "ключ %09/line%0Abreak.png", "ключ %09/plain.png", "ключ %09/tab%09here.png",
                "ключ %09/日本 %25.png",
            ])
    }

    @Test func `a key that stands twice in a table is told with its line`() throws {
        let table = try bench.folder.write("a\tAAAA\nb\tAAAA\na\tAAAA\n", to: "x_images.tsv")
        try expectComplaint(
            ["embed", "--model", "raw-pixels:8", "--images", table, "--out", bench.place("e.npy")],
            status: 1, mentions: "x_images.tsv:3", "a")
        let data = try bench.dataSet()
        for name in ["train_images.tsv", "train_text.tsv"] {
            let text = try FileSystem.readText("\(data)/\(name)")
            let first = text.prefix { $0 != "\n" }
            try FileSystem.write("\(text)\(first)\n", to: "\(data)/\(name)")
        }
        let recipe = try bench.folder.write(
            "MODEL: \(bench.release)\nDATASET: {ROOT: \(data)}\n", to: "r.yaml")
        try expectComplaint(
            ["train", recipe, "--out", bench.place("run")], status: 1,
            mentions: "train_images.tsv:13", "stands in row 1 already")
        #expect(try !bench.names().contains("run"))
    }

    @Test func `an output that exists is never touched`() throws {
        let (pictures, labels) = (try bench.pictures(), try bench.labels())
        let file = try bench.folder.write("precious", to: "there/file")
        let there = bench.place("there")
        let recipe = try bench.folder.write(
            "MODEL: \(bench.release)\nDATASET: {ROOT: \(try bench.dataSet())}\n"
                + "TRAIN: {BATCH_SIZE_TOTAL: 4}\n", to: "r.yaml")
        for call in [
            ["prepare", pictures, "--out", there], ["prepare", pictures, "--out", file],
            ["package", "--model", bench.release, "--labels", labels, "--out", there],
            ["train", recipe, "--out", there],
        ] {
            try expectComplaint(call, status: 2, mentions: "exists already")
        }
        try expectComplaint(
            ["prepare", pictures, "--out", "\(pictures)/inside"], status: 2, mentions: "inside")
        #expect(try bench.names("there") == ["file"])
        #expect(try FileSystem.readText(file) == "precious")
    }
}
