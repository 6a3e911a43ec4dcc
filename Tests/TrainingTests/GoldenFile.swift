import CambiumEncoders
import CambiumFiles
import CambiumLayers
import CambiumTestFolders
import CambiumTorch
import Foundation
import Testing

/// A value of a golden fixture; a test fails where it lacks what the test asks for.
struct Golden {
    let json: JSON

    init(_ json: JSON) { self.json = json }

    /// A fixture of this folder.
    init(file name: String) throws {
        json = try JSON(file: Repository.fixture("TrainingTests", name))
    }

    subscript(_ name: String) -> Golden {
        get throws { Golden(try #require(json[name], "the fixture has no \(name)")) }
    }

    var list: [Golden] { get throws { try #require(json.array).map(Golden.init) } }
    var members: [(name: String, value: Golden)] {
        get throws { try #require(json.object).map { ($0, Golden($1)) }.sorted { $0.0 < $1.0 } }
    }
    var text: String { get throws { try #require(json.string) } }
    var number: Double { get throws { try #require(json.number) } }
    var integer: Int { get throws { try #require(json.integer) } }
    var numbers: [Double] { get throws { try list.map { try $0.number } } }
    var integers: [Int] { get throws { try list.map { try $0.integer } } }
}

/// Whether numbers agree to a tolerance relative to the largest of them.
func expect(
    _ values: [Double], _ reference: [Double], _ tolerance: Double, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(values.count == reference.count, "\(what)", sourceLocation: sourceLocation)
    let scale = max(reference.map(abs).max() ?? 0, 1e-12)
    let worst = zip(values, reference).map { abs($0 - $1) / scale }.max() ?? 0
    #expect(worst < tolerance, "\(what)", sourceLocation: sourceLocation)
}

/// sin(rate e + shift) for e below `count`.
func sines(_ count: Int, _ rate: Double, _ shift: Double) -> [Double] {
    (0..<count).map { sin(rate * Double($0) + shift) }
}

/// Parameters by golden.py's closed form: tensor t of the names in ASCII order has elements
/// 0.1 sin(0.7 e + 1.3 t + 0.1), norm weights 1 plus that.
final class ClosedForm: ParameterSource {
    private let order: [String: Int]
    private let type: ElementType

    init(_ names: [String], _ type: ElementType) {
        let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        order = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, $0) })
        self.type = type
    }

    func parameter(
        _ name: String, _ shape: [Int], _ initialization: Initialization
    ) throws -> Tensor {
        let t = Double(try #require(order[name]))
        // logit_scale starts at 1 too, and is no norm.
        let base: Double = initialization == .ones && !shape.isEmpty ? 1 : 0
        let values = (0..<shape.reduce(1, *)).map { e in
            base + 0.1 * sin(0.7 * Double(e) + 1.3 * t + 0.1)
        }
        let tensor = try Tensor(values, shape).converted(to: type)
        try tensor.setRequiresGradient()
        return tensor
    }
}
