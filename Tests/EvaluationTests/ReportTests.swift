import Evaluation
import Files
import Foundation
import Testing

/// Names and keys that would break out of HTML, XML, Markdown or CSV if they could.
private let hostile = "<script>alert(\"x\")</script> & 'y' | a,b \u{1}"

private func result(_ name: String, keys: Bool = true) throws -> EvaluationOutput {
    let list = try ClassList([
        ClassLabel(id: 1, name: hostile), ClassLabel(id: 2, name: "plain"),
        ClassLabel(id: 3, name: "never seen"),
    ])
    let predictions = try Predictions(
        classes: list, truth: [0, 0, 1, 1],
        scores: [0.7, 0.2, 0.1, 0.1, 0.8, 0.1, 0.3, 0.6, 0.1, 0.9, 0.1, 0])
    return try EvaluationOutput(
        name: name, predictions: predictions,
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
private func isWellFormed(_ text: String) -> Bool {
    let open: Set = ["meta", "br", "img", "!DOCTYPE"]
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

@Suite struct ReportTests {
    @Test func `the page is well-formed, needs nothing else and quotes what it is given`() throws {
        let outputs = [try result("first \(hostile)"), try result("second")]
        let html = Report(
            title: hostile, methods: outputs.map(\.result), notes: ["a <note>"]
        ).html
        let isSound = isWellFormed(html)
        #expect(isSound)
        for word in [
            "<script", "\u{1}", "http-equiv", "src=\"http", "href=\"http", "url(", "@import",
        ] {
            let isThere = html.contains(word)
            #expect(!isThere, "\(word)")
        }
        for word in [
            "data:image/jpeg;base64,/9j/", "a/&lt;2&gt;.png", "a &lt;note&gt;", "sha256 00ff",
            "x&amp;y.npy", "cambium evaluate &#39;it&#39;\\&#39;&#39;s a test&#39; &#39;&#39;",
        ] {
            let isThere = html.contains(word)
            #expect(isThere, "\(word)")
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
        #expect(mistakes[0].truth.name == "plain" && mistakes[0].predicted.name == hostile)
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
