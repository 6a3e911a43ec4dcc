import CambiumCorpus
import CambiumFiles
import Testing

@Suite struct DelimitedTableTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// The cells of all records, and the lines on which these begin.
    private func read(_ bytes: [UInt8]) throws -> (records: [[String?]], lines: [Int]) {
        var table = try DelimitedTable(scratch.write(bytes, to: "table.csv"))
        var (records, lines): ([[String?]], [Int]) = ([], [])
        while let record = try table.next() {
            records.append((0..<record.count).map { table.text(record, $0) })
            lines.append(record.line)
        }
        return (records, lines)
    }

    private func complaint(_ text: String) -> String {
        failure { _ = try read(Array(text.utf8)) }.map { "\($0)" } ?? ""
    }

    @Test(
        arguments: [
            ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
            ("a\tb,c\n1\t2\n", [["a", "b,c"], ["1", "2"]]),
            ("a;b\n1;2,5\n", [["a", "b"], ["1", "2,5"]]),
            ("a;b,c\n1;2,5\n", [["a;b", "c"], ["1;2", "5"]]),
            ("\"a;b\"\tc\n1\t2", [["a;b", "c"], ["1", "2"]]),
            ("\"a\tb,c\";d\n1;2\n", [["a\tb,c", "d"], ["1", "2"]]),
            ("\n\na,b\r\n\r\n1,\r,2\r", [["a", "b"], ["1", ""], ["", "2"]]),
            ("\u{FEFF}a,b\n", [["a", "b"]]),
            ("a,b\n\"x \"\"y\"\"\",\"\"\n", [["a", "b"], ["x \"y\"", ""]]),
            ("a,b\n\"1\n2\r\n3\",\",\"\n", [["a", "b"], ["1\n2\r\n3", ","]]),
            ("a,b\n5\" nail,2\n", [["a", "b"], ["5\" nail", "2"]]),
            ("alone\n\"\"\n", [["alone"], [""]]), ("", []), ("\n\r\n", []),
        ] as [(String, [[String?]])])
    func `cells are what RFC 4180 says`(text: String, expected: [[String?]]) throws {
        #expect(try read(Array(text.utf8)).records == expected)
    }

    @Test func `a record is named by the line on which it begins`() throws {
        let text = "a,b\n\"1\n2\",3\n\r\n4,\"\r\r\"\r5,6"
        #expect(try read(Array(text.utf8)).lines == [1, 2, 5, 8])
    }

    @Test(arguments: [
        ("a,b\n1,\"2", "table.csv:2: the quote that opens column 2 is never closed"),
        ("a,b\n\n\"1\"x,2\n", "table.csv:3: text after the closing quote in column 1"),
        ("a,b\n1,2\u{0}\n", "table.csv:2: a zero byte in column 2"),
        ("a,b\n1,\"2\u{0}\"\n", "table.csv:2: a zero byte in column 2"),
    ])
    func `what nobody could read is refused with its place`(text: String, sentence: String) {
        #expect(complaint(text).contains(sentence), "\(complaint(text))")
    }

    @Test func `UTF-16 and what has no columns are named`() {
        for start: [UInt8] in [[0xFF, 0xFE], [0xFE, 0xFF]] {
            let error = failure { _ = try read(start + [0x61, 0]) }
            #expect("\(error.map { "\($0)" } ?? "")".contains("UTF-16"))
        }
        #expect(complaint(String(repeating: ",", count: 4095)).isEmpty)
        #expect(complaint(String(repeating: ",", count: 4096)).contains("more than 4096 columns"))
    }

    @Test func `bytes that are no UTF-8 are no text`() throws {
        let records = try read(Array("a,b\n1,".utf8) + [0xC3, 0x0A]).records
        let expected: [[String?]] = [["a", "b"], ["1", nil]]
        #expect(records == expected)
    }

    /// Tables as a writer that quotes at random makes them.
    @Test(arguments: [",", "\t", ";"])
    func `every table that is written is read`(separator: String) throws {
        var generator = SeededGenerator(seed: 7, SeededGenerator.stream(separator))
        let pieces = ["", "a", "é", " ", "\"", separator, "\n", "\r", "\r\n", "\"\"", "x,y;z"]
        for _ in 0..<200 {
            let width = 2 + generator.index(below: 4)
            var rows = [(0..<width).map { "c\($0)" }]
            var text = ""
            for _ in 0..<generator.index(below: 6) {
                rows.append(
                    (0..<width).map { _ in
                        (0..<generator.index(below: 5)).map { _ in
                            pieces[generator.index(below: pieces.count)]
                        }.joined()
                    })
            }
            let lineBreak = ["\n", "\r\n", "\r"][generator.index(below: 3)]
            for row in rows {
                let cells = row.map { cell in
                    let mustQuote =
                        cell.utf8.first == UInt8(ascii: "\"")
                        || cell.utf8.contains { [0x0A, 0x0D].contains($0) }
                        || cell.contains(separator)
                    guard mustQuote || generator.index(below: 3) == 0 else { return cell }
                    return "\""
                        + cell.split(separator: "\"", omittingEmptySubsequences: false)
                        .joined(separator: "\"\"") + "\""
                }
                text += cells.joined(separator: separator) + lineBreak
            }
            let bytes = Array(text.utf8)
            let last = generator.index(below: 2) == 0 ? lineBreak.utf8.count : 0
            let expected: [[String?]] = rows.map { $0.map { $0 } }
            #expect(try read(Array(bytes.dropLast(last))).records == expected, "\(text)")
        }
    }
}
