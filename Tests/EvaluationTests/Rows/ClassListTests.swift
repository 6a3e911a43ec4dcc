import CambiumEvaluation
import CambiumFiles
import CambiumTestFolders
import Testing

@Suite struct ClassListTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func names(_ text: String, firstID: Int = 1) throws -> [ClassLabel] {
        try ClassList(file: folder.write(text, to: "classes.txt"), firstID: firstID).labels
    }

    @Test func `classes that occur stand by their numbers, once each`() throws {
        let (a, b) = (ClassLabel(id: 10, name: "a"), ClassLabel(id: 2, name: "b"))
        let list = try ClassList(occurringIn: [a, nil, b, a], [b])
        #expect(list.labels == [b, a] && list.count == 2)
        #expect(list.column(of: 10) == 1 && list.column(of: 2) == 0 && list.column(of: 1) == nil)
    }

    @Test func `a number with two names, or twice in a list, is refused`() {
        let (a, b) = (ClassLabel(id: 1, name: "a"), ClassLabel(id: 1, name: "b"))
        #expect {
            _ = try ClassList(occurringIn: [a], [b])
        } throws: {
            "\($0)".contains(#"is called "a" in one place and "b" in another"#)
        }
        #expect {
            _ = try ClassList([a, b])
        } throws: {
            "\($0)".contains("stands twice")
        }
    }

    @Test func `a file's lines are the names, whatever ends them`() throws {
        let expected = [ClassLabel(id: 1, name: "one"), ClassLabel(id: 2, name: "two")]
        for text in ["one\ntwo", "one\ntwo\n", "one\r\ntwo\r\n"] {
            #expect(try names(text) == expected)
        }
        #expect(try names("x\n\ny\n", firstID: 0).map(\.name) == ["x", "", "y"])
        #expect(try names("x\n", firstID: 0).map(\.id) == [0])
        #expect(throws: EvaluationError.self) { try names("") }
    }
}
