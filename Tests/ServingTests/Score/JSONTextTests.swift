import CambiumFiles
import CambiumServing
import Testing

@Suite struct JSONTextTests {
    private func text(_ body: (inout JSONText) -> Void) -> String {
        var text = JSONText()
        body(&text)
        return String(decoding: text.bytes, as: UTF8.self)
    }

    /// Some value of JSON, at most so deep.
    private func value(_ generator: inout SeededGenerator, depth: Int) -> JSON {
        switch generator.index(below: depth > 0 ? 7 : 5) {
        case 0: return .null
        case 1: return .bool(generator.index(below: 2) == 0)
        case 2: return .integer(generator.index(below: 1 << 40) - (1 << 39))
        case 3: return .number(generator.normal() * 1e3)
        case 4:
            let letters = ["a", "ä", "\"", "\\", "\n", "\u{1}", "/", "😀", "\u{2028}"]
            return .string(
                (0..<generator.index(below: 5)).map { _ in
                    letters[generator.index(below: letters.count)]
                }.joined())
        case 5:
            return .array(
                (0..<generator.index(below: 4)).map { _ in value(&generator, depth: depth - 1) })
        default:
            let count = generator.index(below: 4)
            return .object(
                (0..<count).reduce(into: [:]) {
                    $0["k\"\($1)"] = value(&generator, depth: depth - 1)
                })
        }
    }

    /// Writes a value member by member.
    private func write(_ value: JSON, _ text: inout JSONText) {
        if let members = value.object {
            text.object { object in
                for (key, member) in members.sorted(by: { $0.key < $1.key }) {
                    object.add(key) { write(member, &$0) }
                }
            }
        } else if let elements = value.array {
            text.list(elements) { write($0, &$1) }
        } else if let string = value.string {
            text.string(string)
        } else if let integer = value.integer {
            text.integer(integer)
        } else if value == .null {
            text.null()
        } else {
            text.json(value)
        }
    }

    @Test func `what is written part by part is what the value is`() throws {
        var generator = SeededGenerator(seed: 16)
        for _ in 0..<500 {
            let value = value(&generator, depth: 4)
            #expect(try JSON(parsing: text { write(value, &$0) }) == value)
        }
    }

    @Test func `numbers read back as the same bits`() throws {
        var generator = SeededGenerator(seed: 17)
        let special: [Float] = [0, -0.0, 1, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1]
        let drawn = (0..<2000).map { _ in
            Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
        }
        let singles = special + drawn.filter(\.isFinite)
        let written = try JSON(parsing: text { $0.numbers(singles) })
        let read = try #require(written.array).compactMap(\.number)
        #expect(read.map { Float($0).bitPattern } == singles.map(\.bitPattern))
        let doubles = (0..<2000).map { _ in Double(bitPattern: generator.next()) }
            .filter(\.isFinite)
        let other = try JSON(parsing: text { $0.numbers(doubles) })
        #expect(
            try #require(other.array).compactMap(\.number).map(\.bitPattern)
                == doubles.map(\.bitPattern))
    }

    @Test func `what JSON has no word for is null`() {
        #expect(
            text { $0.numbers([Float.nan, .infinity, -.infinity, 1.5]) } == "[null,null,null,1.5]")
        #expect(text { $0.optional(nil as [Double]?) } == "null")
        #expect(text { $0.optional([0.5]) } == "[0.5]")
    }

    @Test func `commas stand between members and nowhere else`() {
        let written = text { text in
            text.object { object in
                object.add("a") { $0.list([1, 2]) { $1.integer($0) } }
                object.add("b") { $0.object { _ in } }
                object.add("c") { $0.list([Int]()) { $1.integer($0) } }
            }
        }
        #expect(written == #"{"a":[1,2],"b":{},"c":[]}"#)
    }
}
