import CambiumEvaluation
import CambiumFiles
import CambiumTestFolders
import Foundation
import Testing

@Suite struct EmbeddingTableTests {
    private func label(_ id: Int, _ name: String) -> ClassLabel { ClassLabel(id: id, name: name) }

    @Test func `what is written reads back`() throws {
        try withFolder { folder in
            let path = "\(folder)/test.npy"
            let classes = [label(1, "polyp, 5 mm"), nil, label(2, "Größe 肺")]
            try EmbeddingTable.write(
                vectors: [1, 2, 3, 4, 5, 6], keys: ["a/1 b.png", "x", "a/1 b.png"],
                classes: classes, as: .float16, to: path)
            let table = try EmbeddingTable(path)
            #expect(table.rows == 3 && table.dimension == 2)
            #expect(table.keys == ["a/1 b.png", "x", "a/1 b.png"] && table.classes == classes)
            #expect(try table.vectors() == [1, 2, 3, 4, 5, 6])
            let keys = try FileSystem.readText("\(folder)/test.keys.tsv")
            #expect(keys == "a/1 b.png\t1\tpolyp, 5 mm\nx\t\t\na/1 b.png\t2\tGröße 肺\n")
            let error = #expect(throws: EvaluationError.self) { try table.labels() }
            #expect(error?.description.contains("test.keys.tsv:2") == true)
        }
    }

    @Test func `keys without classes and with Windows line ends are read`() throws {
        try withFolder { folder in
            try NPY.write([Float(1), 2], shape: [2, 1], to: "\(folder)/a.npy")
            try FileSystem.write("a text\r\nanother\r\n", to: "\(folder)/a.keys.tsv")
            let table = try EmbeddingTable("\(folder)/a.npy")
            #expect(table.keys == ["a text", "another"] && table.classes == [nil, nil])
        }
    }

    @Test(arguments: ["one\n", "a\tx\tname\nb\n", "a\t1\tn\tmore\nb\n", "a\nb\nc\n"])
    func `keys that do not fit are refused`(keys: String) throws {
        try withFolder { folder in
            try NPY.write([Float(1), 2], shape: [2, 1], to: "\(folder)/a.npy")
            try FileSystem.write(keys, to: "\(folder)/a.keys.tsv")
            #expect(throws: (any Error).self) { try EmbeddingTable("\(folder)/a.npy") }
        }
    }

    @Test func `arrays of another shape and bad names are refused`() throws {
        try withFolder { folder in
            try NPY.write([Float(1), 2], shape: [2], to: "\(folder)/a.npy")
            try FileSystem.write("a\nb\n", to: "\(folder)/a.keys.tsv")
            #expect(throws: EvaluationError.self) { try EmbeddingTable("\(folder)/a.npy") }
            #expect(throws: EvaluationError.self) {
                try EmbeddingTable.write(
                    vectors: [1], keys: ["a\tb"], classes: [nil], to: "\(folder)/b.npy")
            }
        }
    }

    @Test func `class lists merge tables and refuse contradictions`() throws {
        let list = try ClassList(
            occurringIn: [label(3, "c"), nil, label(1, "a")], [label(1, "a"), label(2, "b")])
        #expect(list.labels.map(\.id) == [1, 2, 3] && list.column(of: 3) == 2)
        #expect(throws: EvaluationError.self) {
            try ClassList(occurringIn: [label(1, "a")], [label(1, "b")])
        }
        #expect(throws: EvaluationError.self) { try ClassList([label(1, "a"), label(1, "a")]) }
        try withFolder { folder in
            try FileSystem.write("a b\nc\n", to: "\(folder)/unique_texts.txt")
            let list = try ClassList(file: "\(folder)/unique_texts.txt")
            #expect(list.labels == [label(1, "a b"), label(2, "c")])
        }
    }
}
