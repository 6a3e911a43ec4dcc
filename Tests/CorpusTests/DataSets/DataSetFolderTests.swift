import CambiumCorpus
import CambiumFiles
import Testing

@Suite struct DataSetFolderTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    func row(_ key: String, _ id: Int, _ name: String) -> String {
        "\(key)\t{\"class_id\": \(id), \"class_name\": \"\(name)\", \"source\": \"s\", "
            + "\"task\": \"classification\"}\n"
    }

    func write(images: String = "a\taGk=\nb\taGk=\n", texts: String, labels: String?) throws {
        try scratch.write(images, to: "train_images.tsv")
        try scratch.write(texts, to: "train_text.tsv")
        if let labels { try scratch.write(labels, to: "unique_texts.txt") }
    }

    @Test func `a data set reads back with its classes`() throws {
        try write(texts: row("a", 2, "y"), labels: "x\ny\n")
        try scratch.write("a\taGk=\n", to: "train_images.tsv")
        let set = try DataSetFolder(scratch.path)
        #expect(set.splits == [.train] && set.labels?.texts == ["x", "y"])
        let split = try set.split(.train)
        #expect(split.count == 1 && split.key(0) == "a")
        #expect(split.label(0) == RowLabel(classID: 2, className: "y", source: "s"))
        #expect(try split.bytes(0) == [104, 105])
        let missing = failure { _ = try set.split(.test) }
        #expect(missing?.description.contains("no test split (there is: train)") == true)
    }

    @Test func `ids from 0, as the Microsoft samples write them, with CRLF and quotes`() throws {
        let quoted = "a\t\"{\"\"class_id\"\": 0, \"\"class_name\"\": \"\"x\"\"}\"\r\n"
        try write(texts: quoted + row("b", 1, "y"), labels: "x\r\ny\r\n")
        let set = try DataSetFolder(scratch.path)
        #expect(set.labels == LabelFile(texts: ["x", "y"], firstClassID: 0))
        #expect(try set.split(.train).label(0)?.className == "x")
        #expect(set.labels?.text(of: 1) == "y" && set.labels?.classID(of: "x") == 0)
    }

    @Test(arguments: [Int.max, Int(Int32.max) + 1, -1])
    func `a first class id that no data set can have is refused`(id: Int) throws {
        try write(texts: row("a", 1, "x") + row("b", 2, "y"), labels: "x\ny\n")
        try scratch.write("{\"first_class_id\": \(id)}", to: "dataset.json")
        let opened = failure { _ = try DataSetFolder(scratch.path) }
        #expect(opened?.description.contains("the first class id is \(id)") == true)
        let report = try Validation(ValidationOptions(path: scratch.path)).run()
        #expect(report.findings.contains { $0.message.contains("the first class id is \(id)") })
    }

    @Test(arguments: ["[]", "7", "null"])
    func `a description that is no object is refused`(text: String) throws {
        try write(texts: row("a", 1, "x") + row("b", 2, "y"), labels: "x\ny\n")
        try scratch.write(text, to: "dataset.json")
        let opened = failure { _ = try DataSetFolder(scratch.path) }
        #expect(opened?.description.contains("dataset.json: must be a JSON object") == true)
    }

    @Test func `a description without counts is a finding`() throws {
        try write(texts: row("a", 1, "x") + row("b", 2, "y"), labels: "x\ny\n")
        try scratch.write("{}", to: "dataset.json")
        let report = try Validation(ValidationOptions(path: scratch.path)).run()
        #expect(report.findings.contains { $0.message.contains("has no counts") })
    }

    @Test func `plain captions have no class`() throws {
        try write(texts: "a\tan x-ray, frontal\nb\tsomething else\n", labels: nil)
        let split = try DataSetFolder(scratch.path).split(.train)
        #expect(split.label(0)?.className == "an x-ray, frontal")
        #expect(split.label(0)?.classID == nil && split.label(1)?.task == "caption")
    }

    @Test(arguments: [
        ("{\"class_id\": 1, \"class_name\": \"x\"", "train_text.tsv:2: not valid JSON at byte"),
        ("{\"class_name\": \"x\"}", "train_text.tsv:2: class_id must be"),
        ("{\"class_id\": -1, \"class_name\": \"x\"}", "train_text.tsv:2: class_id must be"),
        ("{\"class_id\": 1}", "train_text.tsv:2: class_name must be"),
        ("", "train_text.tsv:2: the text is empty"),
        ("{\"class_id\": 3, \"class_name\": \"x\"}", "class_id 3 is not in unique_texts.txt"),
        ("{\"class_id\": 2, \"class_name\": \"x\"}", "class_id 2 is \"y\" in unique_texts.txt"),
    ])
    func `a broken label names its line and is never replaced`(cell: String, message: String) throws
    {
        try write(texts: row("a", 1, "x") + "b\t\(cell)\n", labels: "x\ny\n")
        let error = failure { _ = try DataSetFolder(scratch.path).split(.train) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
    }

    @Test(arguments: [
        ("a\taGk=\nc\taGk=\n", "train_text.tsv:2: key b, but"),
        ("a\taGk=\n", "2 rows, but"),
        ("a\taGk=\nb\taGk=\nc\taGk=\n", "2 rows, but"),
    ])
    func `images and texts that do not belong together are refused`(
        images: String, message: String
    ) throws {
        try write(images: images, texts: row("a", 1, "x") + row("b", 1, "x"), labels: "x\n")
        let error = failure { _ = try DataSetFolder(scratch.path).split(.train) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
    }

    @Test func `a key that stands twice is named`() throws {
        try write(
            images: "a\taGk=\na\taGk=\n", texts: row("a", 1, "x") + row("a", 1, "x"), labels: nil)
        let error = failure { _ = try DataSetFolder(scratch.path).split(.train) }
        #expect(error?.description.contains("train_images.tsv:2: key a stands in row 1") == true)
    }

    @Test(arguments: [("x\n\ny\n", 2, "empty"), ("x\ny\nx\n", 3, "same text as line 1")])
    func `a label file with a mistake names its line`(
        text: String, line: Int, message: String
    ) throws {
        let path = try scratch.write(text, to: "unique_texts.txt")
        let error = failure { _ = try LabelFile(path) }
        #expect(error?.description.hasPrefix("\(path):\(line): ") == true)
        #expect(error?.description.contains(message) == true)
    }

    @Test func `a folder that is no data set says so`() {
        #expect(
            failure { _ = try DataSetFolder(scratch.path) }?.description.contains("prepare") == true
        )
    }
}
