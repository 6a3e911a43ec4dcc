import CambiumCorpus
import CambiumFiles
import CambiumTestFolders
import Testing

@Suite struct GroupFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `a key's group`() throws {
        let path = try folder.write("a.png\tp 1\r\nb.png\t\"p2\"\nc.png\tx%09y\n", to: "groups.tsv")
        #expect(try GroupFile.read(path) == ["a.png": "p 1", "b.png": "p2", "c.png": "x\ty"])
        #expect(try FileSystem.names(in: folder.path) == ["groups.tsv"])
    }

    @Test func `a percent sign that begins no encoding is a percent sign`() throws {
        let path = try folder.write("a\tx%+5\nb\t%4\nc\t%-1%41\n", to: "groups.tsv")
        #expect(try GroupFile.read(path) == ["a": "x%+5", "b": "%4", "c": "%-1A"])
    }

    @Test(arguments: ["a\tp1\na\tp2\n", "a\tp1\tp2\n", "a\n"])
    func `a line that is no key with its group, or says it twice, is refused`(
        _ text: String
    ) throws {
        let path = try folder.write(text, to: "groups.tsv")
        #expect(throws: CorpusError.self) { try GroupFile.read(path) }
    }
}
