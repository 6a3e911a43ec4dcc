import CambiumFiles
import CambiumTorch
import Testing

/// A value of a golden fixture; a test fails where it lacks what the test asks for.
struct Golden {
    let json: JSON

    init(_ json: JSON) { self.json = json }

    /// A fixture of this folder.
    init(file name: String) throws { json = try JSON(file: fixture(name)) }

    subscript(_ name: String) -> Golden {
        get throws { Golden(try #require(json[name], "the fixture has no \(name)")) }
    }

    var list: [Golden] { get throws { try #require(json.array).map(Golden.init) } }
    var members: [(name: String, value: Golden)] {
        get throws { try #require(json.object).map { ($0, Golden($1)) }.sorted { $0.0 < $1.0 } }
    }
    var text: String { get throws { try #require(json.string) } }
    var number: Double { get throws { try #require(json.number) } }
    var numbers: [Double] { get throws { try list.map { try $0.number } } }
    var integers: [Int] { get throws { try list.map { try #require($0.json.integer) } } }

    /// The case of this name.
    func named(_ name: String) throws -> Golden {
        try #require(try self["cases"].list.first { $0.json["name"]?.string == name })
    }
}

/// Compares a tensor's shape, sum, sum of absolute values and first elements with a digest;
/// `tolerance` is relative to the tensor's size.
func expect(
    _ tensor: Tensor, equals digest: Golden, _ tolerance: Double, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let values = try tensor.array(of: Double.self)
    let size = try digest["abs_sum"].number
    func close(_ value: Double, _ reference: Double, _ scale: Double, _ part: String) {
        let error = abs(value - reference) / scale
        #expect(error < tolerance, "\(what), \(part)", sourceLocation: sourceLocation)
    }
    #expect(try tensor.shape == digest["shape"].integers, sourceLocation: sourceLocation)
    close(values.reduce(0, +), try digest["sum"].number, size, "sum")
    close(values.reduce(0) { $0 + abs($1) }, size, size, "sum of absolute values")
    let mean = size / Double(max(1, values.count))
    for (index, reference) in try digest["first"].numbers.enumerated() {
        close(values[index], reference, max(abs(reference), mean), "element \(index)")
    }
}

/// Compares a matrix with rows of numbers.
func expect(
    _ tensor: Tensor, rows: Golden, _ tolerance: Double, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let values = try tensor.array(of: Double.self)
    let reference = try rows.list.flatMap { try $0.numbers }
    try #require(values.count == reference.count, sourceLocation: sourceLocation)
    for (index, (a, b)) in zip(values, reference).enumerated() {
        #expect(abs(a - b) < tolerance, "\(what)[\(index)]", sourceLocation: sourceLocation)
    }
}
