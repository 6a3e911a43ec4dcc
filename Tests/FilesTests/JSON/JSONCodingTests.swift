import CambiumFiles
import Testing

@Suite struct JSONCodingTests {
    enum Kind: String, Codable, CaseIterable { case first = "one", second }

    enum Choice: Codable, Equatable { case near(distance: Double), far }

    struct Inner: Codable, Equatable {
        var name: String
        var values: [Double]

        enum CodingKeys: String, CodingKey { case name, values = "all_values" }
    }

    struct Outer: Codable, Equatable {
        var kind = Kind.second
        var count = 3
        var left: Int?
        @OrNull var null: Double?
        var inner = [Inner(name: "Größe", values: [1, 0.1, -2.5e-9])]
        var rest: JSON = ["any": [1, 2.0, nil, true]]
        var byName: [String: Int?] = ["b": nil, "a": 1]
        var byNumber = [5: 0.25]
        var choices = [Choice.near(distance: 2), .far]
        var seed = UInt64.max
    }

    @Test func `every member stands as the strict writer has it`() {
        #expect(
            JSON.encode(Outer()).line == """
                {"byName": {"a": 1, "b": null}, "byNumber": {"5": 0.25}, "choices": \
                [{"near": {"distance": 2.0}}, {"far": {}}], "count": 3, "inner": [{"all_values": \
                [1.0, 0.1, -2.5e-09], "name": "Größe"}], "kind": "second", "null": null, "rest": \
                {"any": [1, 2.0, null, true]}, "seed": 1.8446744073709552e+19}
                """)
    }

    @Test func `a value comes back from its text`() throws {
        var value = Outer()
        value.seed = 7
        for (left, null) in [(Int?.none, Double?.none), (4, 0.5)] {
            (value.left, value.null) = (left, null)
            let text = JSON.encode(value).document
            #expect(try JSON.decode(Outer.self, from: JSON(parsing: text)) == value)
        }
    }

    @Test func `numbers that are not finite are null`() {
        #expect(JSON.encode([Double.nan, .infinity, 1]) == [nil, nil, 1.0])
        #expect(JSON.encode(Inner(name: "", values: [.nan])).line.contains("[null]"))
    }

    @Test func `members may come from several types`() {
        struct Both: Encodable {
            func encode(to encoder: any Encoder) throws {
                try Inner(name: "x", values: []).encode(to: encoder)
                try ["more": 1].encode(to: encoder)
            }
        }
        #expect(JSON.encode(Both()) == ["name": "x", "all_values": [], "more": 1])
    }

    @Test(arguments: [
        (["inner", "0"], JSON.integer(5), "inner[0] must be an object, not 5"),
        (["inner"], "x", "inner must be a list, not \"x\""),
        (
            ["inner", "0", "all_values", "1"], "x",
            "inner[0].all_values[1] must be a number, not \"x\""
        ),
        (["inner", "0", "name"], nil, "inner[0].name must be a text, not null"),
        (["count"], 1.5, "count must be a whole number, not 1.5"),
        (["seed"], -1, "seed must be a whole number in 0...18446744073709551615, not -1"),
        (["kind"], "third", "kind must be one of one, second, not \"third\""),
        (["byName", "a"], .array([]), "byName.a must be a whole number, not an empty list"),
    ])
    func `an error says the member, what it must be and what it is`(
        path: [String], value: JSON, sentence: String
    ) throws {
        var good = Outer()
        good.seed = 7
        let bad = replace(JSON.encode(good), path[...], value)
        #expect(sentence == message { try JSON.decode(Outer.self, from: bad) })
    }

    @Test func `a member that is missing is named`() {
        let sentence = message { try JSON.decode([Inner].self, from: [["name": "x"]]) }
        #expect(sentence == "[0].all_values is missing")
        #expect(
            message { try JSON.decode(Inner.self, from: .null) } == "must be an object, not null")
    }

    @Test func `what a type refuses itself is told with its place`() {
        struct Odd: Error, CustomStringConvertible { let description = "is odd" }
        struct Even: Decodable {
            enum CodingKeys: CodingKey { case number }
            init(from decoder: any Decoder) throws {
                let members = try decoder.container(keyedBy: CodingKeys.self)
                _ = try members.decode(.number, "an even number") { (value: Int) in value % 2 == 0 }
                throw Odd()
            }
        }
        #expect(
            message { try JSON.decode([Even].self, from: [["number": 3]]) }
                == "[0].number must be an even number, not 3")
        #expect(
            message { try JSON.decode([Even].self, from: [["number": 4]]) }
                == "[0] makes no sense: is odd")
    }

    private func message(_ body: () throws -> some Any) -> String? {
        do { _ = try body() } catch { return "\(error)" }
        return nil
    }

    private func replace(_ json: JSON, _ path: ArraySlice<String>, _ value: JSON) -> JSON {
        guard let name = path.first else { return value }
        if var elements = json.array, let index = Int(name) {
            elements[index] = replace(elements[index], path.dropFirst(), value)
            return .array(elements)
        }
        var members = json.object ?? [:]
        members[name] = replace(members[name] ?? .null, path.dropFirst(), value)
        return .object(members)
    }
}
