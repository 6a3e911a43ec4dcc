import CambiumCorpus
import CambiumFiles
import Foundation
import Testing

@Suite struct TSVReaderTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `rows are read at random, whatever the length of the bytes`() throws {
        let values = (0..<9).map { count in (0..<count).map { UInt8($0 * 17 + count) } }
        let rows = values.dropFirst().enumerated().map { "k\($0)\t\(base64($1))\n" }.joined()
        let reader = try TSVReader(scratch.write(rows, to: "a.tsv"))
        #expect(reader.count == 8)
        for row in [7, 0, 3, 1, 2, 4, 5, 6] {
            #expect(try reader.key(row) == "k\(row)")
            #expect(try reader.bytes(row) == values[row + 1])
        }
    }

    @Test func `pandas' quoted cells and CRLF read as plain ones`() throws {
        let rows = "\"a \"\"b\"\".png\"\t\"aGk=\"\r\n\"tab\there\"\taGk=\r\nc\taGk=\r\n\r\n"
        let reader = try TSVReader(scratch.write(rows, to: "a.tsv"))
        #expect(reader.count == 3)
        #expect(try (0..<3).map(reader.key) == ["a \"b\".png", "tab\there", "c"])
        #expect(
            try (0..<3).map { try reader.bytes($0) } == [[104, 105], [104, 105], [104, 105]])
    }

    @Test func `a quote inside a plain cell is a quote`() throws {
        let reader = try TSVReader(scratch.write("\"a\" b\t5\" x\n", to: "a.tsv"))
        #expect(try reader.key(0) == "\"a\" b")
        #expect(try reader.value(0) == "5\" x")
    }

    @Test(arguments: [
        ("a\taGk=\nb\n", 1, "a.tsv:2: expected key<TAB>value, got 1 column"),
        ("a\taGk=\tc\n", 0, "a.tsv:1: expected key<TAB>value, got 3 columns"),
        ("a\taGk\n", 0, "a.tsv:1: 3 characters of base64"),
        ("a\taG*=\n", 0, "a.tsv:1: character 3 of the base64 (byte 42)"),
        ("a\ta===\n", 0, "a.tsv:1: character 2 of the base64 (byte 61)"),
        ("a\t\n", 0, "a.tsv:1: the base64 cell is empty"),
    ])
    func `a broken row is named`(rows: String, row: Int, message: String) throws {
        let reader = try TSVReader(scratch.write(rows, to: "a.tsv"))
        let error = failure { _ = try reader.bytes(row) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
    }

    @Test func `the line index is written, used while it is fresh and rebuilt when stale`() throws {
        let path = try scratch.write("a\taGk=\nb\taGk=\n", to: "a.tsv")
        let index = "\(scratch.path)/a.lineidx"
        #expect(try TSVReader(path).count == 2)
        #expect(try FileSystem.readText(index) == "0\n7\n")
        try FileSystem.write("0\n", to: index)
        #expect(try TSVReader(path).count == 1, "a fresh index is believed")
        #expect(
            failure { _ = try TSVReader(path).key(0) }?.description.contains("a.lineidx") == true)
        let old = Date(timeIntervalSinceNow: -1000)
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: index)
        #expect(try TSVReader(path).count == 2)
        #expect(try FileSystem.readText(index) == "0\n7\n")
    }

    @Test(arguments: ["", "x\n", "5\n7\n", "0\n99\n", "0\n7\n7\n"])
    func `an index that cannot be one is rebuilt`(text: String) throws {
        let path = try scratch.write("a\taGk=\nb\taGk=\n", to: "a.tsv")
        try FileSystem.write(text, to: "\(scratch.path)/a.lineidx")
        #expect(try TSVReader(path).key(1) == "b")
    }

    @Test func `shards are one table and a missing one is named`() throws {
        for (index, rows) in ["a\taGk=\n", "", "b\taGk=\nc\taGk=\n"].enumerated() {
            try scratch.write(rows, to: "train_images-0000\(index)-of-00003.tsv")
        }
        let table = try ImageTable("\(scratch.path)/train_images.tsv")
        #expect(try (0..<table.count).map(table.key) == ["a", "b", "c"])
        try FileSystem.remove("\(scratch.path)/train_images-00001-of-00003.tsv")
        let error = failure { _ = try ImageTable("\(scratch.path)/train_images") }
        #expect(error?.description.contains("train_images-00001-of-00003.tsv") == true)
    }
}
