import CambiumFiles
import CambiumImaging
import CambiumTestFolders
import Foundation
import Testing

@Suite struct ValidateCommandTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// A smooth grey picture that differs for each number.
    private func picture(_ number: Int) -> RGBImage {
        var generator = SeededGenerator(seed: 5, UInt64(number))
        let waves = (0..<10).map { _ in
            (generator.uniform() * 9 - 4.5, generator.uniform() * 9 - 4.5, generator.uniform() * 6)
        }
        let grey = (0..<(48 * 48)).map { place in
            let (x, y) = (Double(place % 48) / 48, Double(place / 48) / 48)
            let sum = waves.reduce(0) { $0 + sin(6.283 * ($1.0 * x + $1.1 * y) + $1.2) }
            return UInt8(min(max(128 + 22 * sum, 0), 255))
        }
        return RGBImage(width: 48, height: 48, grey: grey)
    }

    /// A data set of two classes of different pictures, every patient in one split.
    private func dataSet() throws -> String {
        for number in 0..<40 {
            try bench.folder.write(
                PNGEncoder.encode(picture(number)),
                to: "in/\(number % 2 == 0 ? "cyst" : "polyp")/P\(number / 4)_\(number).png")
        }
        let result = try Program.run(
            "prepare", bench.place("in"), "--out", bench.place("data"), "--size", "48", "-q",
            "--group-by", "prefix:_")
        guard result.status == 0 else { throw Program.Failure(description: result.stderr) }
        return bench.place("data")
    }

    private func codes(_ path: String, _ options: String..., status: Int32) throws -> [String: Int]
    {
        let answer = try Program.run(["validate", path, "--json", "-q"] + options)
        #expect(answer.status == status, "\(answer.stderr)\(answer.stdout)")
        let report = try JSON(parsing: answer.stdout)
        return (report["codes"]?.object ?? [:]).compactMapValues(\.integer)
    }

    private func edit(_ path: String, _ change: (String) -> String) throws {
        try FileSystem.write(change(try FileSystem.readText(path)), to: path)
    }

    private func lines(_ path: String) throws -> [Substring] {
        try FileSystem.readText(path).split(separator: "\n")
    }

    @Test func `a good data set passes, and is not touched`() throws {
        let data = try dataSet()
        let before = try FileSystem.names(in: data)
        #expect(try codes(data, status: 0) == [:])
        #expect(try codes(data, "--strict", status: 0) == [:])
        let text = try Program.run("validate", data, "-q")
        #expect(
            text.stdout.hasSuffix(
                "40 images (train 24, validation 8, test 8): 0 errors, "
                    + "0 warnings\n"))
        #expect(try FileSystem.names(in: data) == before)
    }

    @Test func `every kind of damage is found, not only the first`() throws {
        let data = try dataSet()
        var images = try lines("\(data)/train_images.tsv").map(String.init)
        images[1] = String(images[1].dropLast(200))
        images[2] = "other/key\t" + images[2].split(separator: "\t")[1]
        images[4] = images[3]
        images[5] = "no tab"
        try FileSystem.write(images.joined(separator: "\n") + "\n", to: "\(data)/train_images.tsv")
        try edit("\(data)/validation_text.tsv") {
            $0.replacing("\"class_id\": 1", with: "\"class_id\": 7")
                .replacing("\"class_name\": \"polyp\"", with: "\"class_name\": \"wart\"")
        }
        try edit("\(data)/test_text.tsv") {
            $0.split(separator: "\n")[1...].joined(separator: "\n")
        }
        try edit("\(data)/unique_texts.txt") { $0 + "never seen\n" }
        try FileSystem.remove("\(data)/rejected.tsv")
        let found = try codes(data, status: 1)
        for code in [
            "image_undecodable", "keys_differ", "key_repeated", "row_malformed",
            "line_index_wrong", "class_unknown", "class_text_differs", "rows_differ",
            "digest_differs", "file_missing", "count_differs", "class_missing_in_split",
            "class_small", "exact_copies",
        ] { #expect(found[code] ?? 0 > 0, "\(code): \(found)") }
    }

    @Test func `leaks between splits are errors, whoever wrote the data set`() throws {
        let data = try dataSet()
        let test = try lines("\(data)/test_images.tsv")
        let jpeg = try #require(Data(base64Encoded: String(test[0].split(separator: "\t")[1])))
        let image = try ImageDecoder.decode(Array(jpeg)).image
        let dim = RGBImage(
            width: image.width, height: image.height, pixels: image.pixels.map { $0 / 5 * 4 })
        let near = Data(try JPEGEncoder.encode(dim, quality: 60)).base64EncodedString()
        let exact = try lines("\(data)/validation_images.tsv")[0].split(separator: "\t")[1]
        let patient = try lines("\(data)/test_text.tsv")[0].split(separator: "\t")[0]
            .split(separator: "/")[1].prefix { $0 != "_" }
        // Quoted as pandas does, with CRLF, ids from 0, and a caption.
        let rows = [
            ("polyp/\(patient)_near", near, "{\"class_id\": 0, \"class_name\": \"polyp\"}"),
            ("cyst/X_exact", String(exact), "a caption"),
        ]
        for split in ["train"] {
            try FileSystem.write(
                rows.map { "\"\($0.0)\"\t\"\($0.1)\"\r\n" }.joined(),
                to: "\(data)/\(split)_images.tsv")
            try FileSystem.write(
                rows.map { "\($0.0)\t\"\($0.2.replacing("\"", with: "\"\""))\"\r\n" }.joined(),
                to: "\(data)/\(split)_text.tsv")
        }
        for name in ["dataset.json", "groups.tsv", "train_images.lineidx"] {
            try FileSystem.remove("\(data)/\(name)")
        }
        let found = try codes(data, "--group-by", "prefix:_", status: 1)
        #expect(found["near_across_splits"] == 1 && found["exact_across_splits"] == 1)
        #expect(found["group_across_splits"] == 1)
        #expect(found["line_index_missing"] == 1)
        #expect(found["row_malformed"] == nil && found["image_undecodable"] == nil)
        let tables = try codes(data, "--no-images", status: 1)
        #expect(tables["near_across_splits"] == nil)
        let text = try Program.run("validate", data, "--limit", "1", "-q")
        #expect(text.status == 1)
        #expect(text.stdout.contains("error: train_images.tsv:1: polyp/\(patient)_near: 2 images"))
        #expect(text.stdout.contains("not checked: groups: none known"))
    }

    @Test func `what is no data set is told in one line`() throws {
        let folder = try bench.pictures()
        try expectComplaint(["validate", folder], status: 1, mentions: "not a data set")
        try expectComplaint(["validate", bench.picture], status: 2, mentions: "is no folder")
        try expectComplaint(
            ["validate", bench.place("none")], status: 2, mentions: "no such file or folder")
        try expectComplaint(
            ["validate", bench.dataSet(), "--group-by", "(", "-q"], status: 2,
            mentions: "not a regular expression")
    }

    @Test func `inspect writes one page that needs nothing else and escapes all names`() throws {
        let odd = "<b>&\"quote'"
        for number in 0..<12 {
            try bench.folder.write(
                PNGEncoder.encode(picture(number)),
                to: "in/\(number % 2 == 0 ? "cyst" : odd)/\(number)")
        }
        try bench.folder.write(PNGEncoder.encode(picture(0)), to: "in/\(odd)/copy")
        try bench.folder.write("<script>", to: "in/cyst/<script>alert(1)<")
        let data = bench.place("data")
        let prepared = try Program.run(
            "prepare", bench.place("in"), "--out", data, "--size", "48", "-q")
        #expect(prepared.status == 0, "\(prepared.stderr)")
        let page = bench.place("new/page.html")
        let plain = try Program.run("inspect", data)
        let answer = try Program.run("inspect", data, "--html", page, "-q")
        #expect(answer.status == 0 && answer.stdout == plain.stdout, "\(answer.stderr)")
        let html = try FileSystem.readText(page)
        for part in [
            "<h2>Classes</h2>", "<h2>Image sizes</h2>", "48 × 48", "<h2>Gallery</h2>",
            "<h2>Contradicting labels</h2>", "equal pixels", "<h2>Rejected inputs</h2>",
            "&lt;b&gt;&amp;&quot;quote&#39;", "&lt;script&gt;alert(1)&lt;", "@media print{html{",
        ] { #expect(html.contains(part), "\(part)") }
        for part in ["<script", "http:", "https:", "<link", "url(", "<b>&", "@import"] {
            #expect(!html.contains(part), "\(part)")
        }
        #expect(html.components(separatedBy: "data:image/jpeg;base64,").count > 14)
        let again = try Program.run(
            "inspect", data, "--html", bench.place("again.html"), "-q", "--workers", "3")
        #expect(again.status == 0)
        #expect(try FileSystem.readText(bench.place("again.html")) == html)
        try expectComplaint(
            ["inspect", data, "--html", page, "-q"], status: 2, mentions: "exists already")
        try expectComplaint(
            ["inspect", bench.picture, "--html", bench.place("x.html")], status: 2,
            mentions: "--html is for data sets")
    }
}
