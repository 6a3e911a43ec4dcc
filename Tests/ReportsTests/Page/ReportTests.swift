import CambiumEvaluation
import CambiumFiles
import CambiumImaging
import CambiumReports
import CambiumTestFolders
import Foundation
import FoundationXML
import Testing

/// Names and keys that would break out of HTML, XML, Markdown or CSV if they could.
let hostile = "<script>alert(\"x\")</script> & 'y' | a,b \u{1}"

private func result(_ name: String, keys: Bool = true) throws -> EvaluationOutput {
    let list = try ClassList([
        ClassLabel(id: 1, name: hostile), ClassLabel(id: 2, name: "plain"),
        ClassLabel(id: 3, name: "never seen"),
    ])
    let predictions = try Predictions(
        classes: list, truth: [0, 0, 1, 1],
        scores: [0.7, 0.2, 0.1, 0.1, 0.8, 0.1, 0.3, 0.6, 0.1, 0.9, 0.1, 0])
    return try EvaluationOutput(
        name: name, rows: LabelledScores(predictions),
        keys: keys ? ["a/1.png", "a/<2>.png", "b/3.png", "b/4.png"] : [],
        provenance: Provenance(
            command: ["cambium", "evaluate", "it's a test", ""],
            inputs: [.init(path: "x&y.npy", sha256: "00ff")]),
        plan: EvaluationPlan(bootstrap: Bootstrap(resamples: 20)),
        thumbnail: { $0 == "b/4.png" ? [0xFF, 0xD8, 0xFF] : nil })
}

/// Whether every element that is opened is closed in order, attributes are quoted, and no `<`,
/// bare `&` or control character stands in text: well-formed, as XML has it, but for the elements
/// that HTML leaves open.
func isWellFormed(_ text: String) -> Bool {
    let open: Set = ["meta", "br", "img", "input", "!DOCTYPE"]
    var stack: [Substring] = []
    let element =
        /<(?<end>\/?)(?<name>[!A-Za-z0-9]+)(?:\s+(?:[A-Za-z0-9:-]+="[^"<]*"|html))*\s*(?<empty>\/?)>/
    var rest = text[...]
    while let start = rest.firstIndex(of: "<") {
        guard isText(rest[..<start]), let tag = rest[start...].prefixMatch(of: element) else {
            return false
        }
        if !tag.end.isEmpty {
            guard stack.popLast() == tag.name else { return false }
        } else if tag.empty.isEmpty, !open.contains(String(tag.name)) {
            stack.append(tag.name)
        }
        rest = rest[tag.range.upperBound...]
    }
    return stack.isEmpty && isText(rest)
}

private func isText(_ text: Substring) -> Bool {
    let entities = text.replacing(/&(?:amp|lt|gt|quot|#39);/, with: "")
    return !entities.contains("&")
        && !text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" }
}

/// A report with everything a page can show: two methods, a map, thumbnails, an origin.
private func full(_ folder: String) throws -> Report {
    try FileSystem.makeFolder(folder)
    let (a, b) = (ClassLabel(id: 1, name: hostile), ClassLabel(id: 2, name: "plain"))
    let keys = ["a/<1>.png", "a/2.png", "b/3.png", "b/4.png"]
    for name in ["train", "te<st"] {
        try EmbeddingTable.write(
            vectors: [1, 0, 0.9, 0.1, 0, 1, 0.1, 0.8], keys: keys, classes: [a, a, b, nil],
            to: "\(folder)/\(name).npy")
    }
    try result("first \(hostile)").write(to: "\(folder)/one")
    try result("second").write(to: "\(folder)/two")
    var methods = try ["one", "two"].map { try ReportMethod(folder: "\(folder)/\($0)") }
    methods[0].result.mistakes = try result("first").result.mistakes
    var report = Report(title: hostile, methods: methods, notes: ["a <note>"])
    report.map = try EmbeddingMap(
        ["train", "te<st"].map { ($0, try EmbeddingTable("\(folder)/\($0).npy")) }, limit: 100)
    report.thumbnails = try ThumbnailSheet(keys: keys + keys) { key in
        key == "a/2.png"
            ? nil : RGBImage(width: 3, height: 2, grey: [UInt8](repeating: 99, count: 6))
    }
    report.provenance = Provenance(command: ["cambium", "report"], inputs: [])
    return report
}

@Suite struct ReportTests {
    @Test func `the page is well-formed, needs nothing else and quotes what it is given`() throws {
        try withFolder { folder in
            let html = try full(folder).html
            let parts = html.split(separator: "<script>", omittingEmptySubsequences: false)
            #expect(parts.count == 2)
            let script = try #require(parts.last?.split(separator: "</script>").first)
            #expect(!script.contains("<") && !script.contains("&"))
            let isSound = isWellFormed(html.replacing(script, with: ""))
            #expect(isSound)
            let digest = try #require(html.firstMatch(of: /script-src &#39;sha256-([^&]+)&#39;/))
            let bytes = try #require(Data(base64Encoded: String(digest.1)))
            #expect(
                bytes.map { String(format: "%02x", $0) }.joined()
                    == Digest.sha256(Array(script.utf8)))
            for word in [
                "\u{1}", "refresh", "src=\"http", "href=\"http", "@import", "onload", "onerror",
                "url(http", "url('", "<script>alert", "<iframe", "<link", "a/<1>",
            ] {
                let isThere = html.contains(word)
                #expect(!isThere, "\(word)")
            }
            for word in [
                "data:image/jpeg;base64,/9j/", "a/&lt;1&gt;.png", "a &lt;note&gt;", "sha256 00ff",
                "x&amp;y.npy", "cambium evaluate &#39;it&#39;\\&#39;&#39;s a test&#39; &#39;&#39;",
                "te&lt;st: a/&lt;1&gt;.png", "All 8 rows", "default-src &#39;none&#39;",
            ] {
                let isThere = html.contains(word)
                #expect(isThere, "\(word)")
            }
        }
    }

    @Test func `numbers on the page are those of metrics.json`() throws {
        try withFolder { folder in
            let html = try full(folder).html
            let json = try JSON(file: "\(folder)/two/metrics.json")
            let row = try #require(html.firstMatch(of: /<a href="#m1">second<\/a><\/td>(.*)<\/tr>/))
            let shown = row.1.matches(of: /<b>([^<]*)<\/b>(?:<small>([^<]*)<\/small>)?/)
            let names = ["macro_f1", "micro_f1", "accuracy", "balanced_accuracy", "mcc", "mauc"]
            #expect(shown.count == names.count)
            for (name, cell) in zip(names, shown) {
                let member = name.hasSuffix("_f1") ? json["\(name.dropLast(3))"]?["f1"] : json[name]
                let value = try #require(member?.number)
                #expect(cell.1 == String(format: "%.3f", value))
                if let ends = json["intervals"]?[name]?.array?.compactMap(\.number) {
                    #expect(
                        cell.2.map(String.init)
                            == ends.map { String(format: "%.3f", $0) }
                            .joined(separator: " to "))
                }
            }
            let areas = (json["per_class"]?.array ?? []).compactMap { $0["auc"]?.number }
            for area in areas {
                #expect(html.contains(", AUC \(String(format: "%.3f", area))</title>"))
            }
        }
    }

    @Test func `everything beside the page is written, and the same bytes each time`() throws {
        try withFolder { folder in
            var folders: [[String: [UInt8]]] = []
            for number in ["1", "2"] {
                let own = "\(folder)/\(number)"
                try FileSystem.makeFolder("\(own)/files")
                let files = ReportFiles(try full(own))
                try files.write(to: "\(own)/files")
                var bytes = ["page": Array(files.html.utf8)]
                for name in try FileSystem.names(in: "\(own)/files") {
                    bytes[name] = try FileSystem.read("\(own)/files/\(name)")
                }
                folders.append(bytes)
            }
            #expect(folders[0] == folders[1])
            let names = Set(folders[0].keys)
            let figures = [
                "macro-f1", "roc-macro", "roc-micro", "precision-recall-macro",
                "precision-recall-micro", "map", "1-confusion", "1-reliability", "1-roc",
                "1-precision-recall", "2-confusion", "2-reliability", "2-roc", "2-precision-recall",
            ]
            for figure in figures {
                let svg = try #require(folders[0]["\(figure).svg"])
                #expect(XMLParser(data: Data(svg)).parse(), "\(figure)")
                let image = try ImageDecoder.decode(try #require(folders[0]["\(figure).png"])).image
                #expect(image.width > 600 && Set(image.pixels).count > 20, "\(figure)")
            }
            let tables = ["headline", "per_class", "confusion", "reliability", "curves", "map"]
            #expect(
                names.subtracting(figures.flatMap { ["\($0).svg", "\($0).png"] })
                    == Set(tables.map { "\($0).csv" } + ["metrics.json", "summary.md", "page"]))
            let json = try JSON(file: "\(folder)/1/files/metrics.json")
            let own = try JSON(file: "\(folder)/1/two/metrics.json")
            #expect(json["methods"]?.array?.last == own)
        }
    }

    @Test func `what was chosen on the test rows stands in red`() throws {
        try withFolder { folder in
            try result("one").write(to: "\(folder)/one")
            let path = "\(folder)/one/metrics.json"
            var members = try #require(try JSON(file: path).object)
            members["chosen_on_test"] = true
            members["warnings"] = ["k was chosen <here>"]
            members["subgroups"] = [
                [
                    "column": "s<e>x", "notes": ["few & far"],
                    "groups": [["value": "", "count": 4, "metrics": ["mcc": 0.25]]],
                    "gaps": [["metric": "mcc", "gap": 0.125, "interval": [0.1, 0.2]]],
                ]
            ]
            members["protocols"] = [
                "thresholds": [
                    ["criterion": "f1", "chosen_on": "test", "macro": ["f1": 0.625]]
                ]
            ]
            try FileSystem.write(JSON.object(members).document, to: path)
            let report = Report(title: "t", methods: [try ReportMethod(folder: "\(folder)/one")])
            let html = report.html
            for word in [
                "role=\"alert\"><p class=\"warning\">one: k was chosen &lt;here&gt;</p>",
                "s&lt;e&gt;x",
                "few &amp; far",
                "0.125<small>0.100 to 0.200</small>", "(empty)", "<td>0.625</td>",
                "class=\"alarmed\">chosen on the test rows",
            ] {
                let isThere = html.contains(word)
                #expect(isThere, "\(word)")
            }
            #expect(report.markdown.contains("**one: k was chosen \\<here\\>**"))
            members["warnings"] = nil
            try FileSystem.write(JSON.object(members).document, to: path)
            let other = Report(title: "t", methods: [try ReportMethod(folder: "\(folder)/one")])
            #expect(
                other.html.contains(
                    "role=\"alert\"><p class=\"warning\">one: Thresholds were chosen on the test"))
            #expect(!(try full("\(folder)/calm").html.contains("role=\"alert\"")))
        }
    }

    @Test func `rows that do not fit the numbers are refused`() throws {
        try withFolder { folder in
            try result("one").write(to: "\(folder)/one")
            try FileSystem.remove("\(folder)/one/scores.npy")
            #expect(try ReportMethod(folder: "\(folder)/one").exampleKeys == [])
            try NPY.write(
                [Double](repeating: 0.3, count: 9), shape: [3, 3], to: "\(folder)/one/scores.npy")
            #expect(throws: EvaluationError.self) { try ReportMethod(folder: "\(folder)/one") }
            try NPY.write([Int](repeating: 7, count: 3), to: "\(folder)/one/labels.npy")
            #expect(throws: EvaluationError.self) { try ReportMethod(folder: "\(folder)/one") }
        }
    }

    @Test func `undefined values are dashes with their reason`() throws {
        let html = Report(title: "t", methods: [try result("one").result]).html
        #expect(html.contains("<td title=\"undefined: positives and negatives are needed\">–</td>"))
        #expect(!html.contains("nan"))
    }

    @Test func `mistakes come most confident first`() throws {
        let mistakes = try result("one").result.mistakes
        #expect(mistakes.map(\.key) == ["b/4.png", "a/<2>.png"])
        #expect(mistakes.map(\.score) == [0.9, 0.8])
        #expect(mistakes[0].thumbnail != nil && mistakes[1].thumbnail == nil)
        #expect(
            mistakes[0].fault == .insteadOf(ClassLabel(id: 2, name: "plain"))
                && mistakes[0].label.name == hostile)
    }

    @Test func `the tables hold a line a method`() throws {
        let report = Report(
            title: "t", methods: [try result("a|b").result, try result("longer name").result])
        let lines = report.table.split(separator: "\n")
        #expect(lines.count == 3 && lines[1].hasPrefix("a|b          0.333"))
        #expect(report.markdown.contains("| a\\|b | 0.333 ("))
    }
}

@Suite struct EvaluationOutputTests {
    @Test func `a folder appears whole and reads back`() throws {
        try withFolder { folder in
            let output = try result("one")
            let path = "\(folder)/deep/run"
            try output.write(to: path)
            #expect(
                try FileSystem.names(in: path) == [
                    "confusion.svg", "curves.json", "labels.npy", "metrics.json", "per_class.csv",
                    "report.html", "scores.keys.tsv", "scores.npy", "summary.md",
                ])
            #expect(try FileSystem.names(in: "\(folder)/deep") == ["run"])
            let read = try MethodResult(folder: path)
            #expect(read.name == "one" && read.metrics == output.result.metrics)
            #expect(read.provenance == output.result.provenance)
            #expect(try MethodResult(folder: path, name: "other").name == "other")
            #expect(try NPY("\(path)/labels.npy").integers() == [0, 0, 1, 1])
            #expect(try NPY("\(path)/scores.npy").shape == [4, 3])
            let shown = try EvaluationOutput.mistakes(in: path, limit: 1)
            #expect(shown.map(\.key) == ["b/4.png"])
            #expect(isWellFormed(try FileSystem.readText("\(path)/confusion.svg")))
            let table = try FileSystem.readText("\(path)/per_class.csv")
            #expect(table.contains("1,\"<script>alert(\"\"x\"\")</script> & 'y' | a,b"))
            #expect(table.contains("\n3,never seen,0,0.0,0.0,0.0,,,1.0\n"))
        }
    }

    @Test func `a folder that holds something is left alone`() throws {
        try withFolder { folder in
            let output = try result("one", keys: false)
            try FileSystem.makeFolder("\(folder)/empty")
            try output.write(to: "\(folder)/empty")
            #expect(FileSystem.kind("\(folder)/empty/scores.keys.tsv") == nil)
            #expect(throws: EvaluationError.occupied(path: "\(folder)/empty")) {
                try output.write(to: "\(folder)/empty")
            }
            try FileSystem.write("x", to: "\(folder)/file")
            #expect(throws: EvaluationError.self) { try output.write(to: "\(folder)/file") }
            #expect(try FileSystem.names(in: folder) == ["empty", "file"])
        }
    }

    @Test func `a folder without or with damaged metrics says which`() throws {
        try withFolder { folder in
            #expect(throws: FileError.missing(path: "\(folder)/metrics.json")) {
                try MethodResult(folder: folder)
            }
            try FileSystem.write("{\"count\": 1}", to: "\(folder)/metrics.json")
            #expect(throws: EvaluationError.self) { try MethodResult(folder: folder) }
        }
    }
}
