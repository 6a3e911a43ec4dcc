import CambiumCorpus
import CambiumFiles
import Foundation
import Testing

@Suite struct LineIndexTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `lines begin where a look at every byte finds them`() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2000 {
            let bytes = (0..<generator.index(below: 12)).map { _ in
                [UInt8(0x61), 0x0A, 0x0A, 0x0D][generator.index(below: 4)]
            }
            let used = bytes.count - bytes.reversed().prefix { $0 == 0x0A || $0 == 0x0D }.count
            let expected = (0..<used).filter { $0 == 0 || bytes[$0 - 1] == 0x0A }
            #expect(bytes.withUnsafeBytes { LineIndex.scan($0) } == expected, "\(bytes)")
        }
    }

    @Test func `an index is written beside a table and read from there`() throws {
        let path = try scratch.write("ab\ncd\nef\n", to: "x_images.tsv")
        #expect(try LineIndex.of(MappedFile(path)) == [0, 3, 6])
        #expect(try FileSystem.readText("\(scratch.path)/x_images.lineidx") == "0\n3\n6\n")
        // Another index of the same table: what comes back was read.
        try scratch.write("0\n6\n", to: "x_images.lineidx")
        #expect(try LineIndex.of(MappedFile(path)) == [0, 6])
        try scratch.write("0\r\n3\r\n", to: "x_images.lineidx")
        #expect(try LineIndex.of(MappedFile(path)) == [0, 3])
    }

    @Test(arguments: [
        "", "3\n6\n", "0\n3\n3\n", "0\n6\n3\n", "0\n9\n", "0\n3", "0\n\n3\n", "\n3\n6\n", "0\n-3\n",
        "0\nx\n",
        "0\n9999999999999999999999\n", "\u{FEFF}0\n",
    ])
    func `an index that cannot be the table's is made again`(text: String) throws {
        let path = try scratch.write("ab\ncd\nef\n", to: "x.tsv")
        try scratch.write(text, to: "x.lineidx")
        #expect(try LineIndex.of(MappedFile(path)) == [0, 3, 6])
        #expect(try FileSystem.readText("\(scratch.path)/x.lineidx") == "0\n3\n6\n")
    }

    @Test func `an index older than its table is made again`() throws {
        let path = try scratch.write("ab\ncd\nef\n", to: "x.tsv")
        let index = try scratch.write("0\n6\n", to: "x.lineidx")
        let past = Date(timeIntervalSince1970: try FileSystem.modified(path) - 10)
        try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: index)
        #expect(try LineIndex.of(MappedFile(path)) == [0, 3, 6])
    }
}
