import CambiumAdapters
import CambiumFiles
import CambiumLayers
import CambiumTestFolders
import CambiumTorch
import Foundation
import Testing

/// Parameters by closed form: tensor t of the names in ASCII order has elements
/// 0.1 sin(0.7 e + 1.3 t + 0.1), the norm's weight 1 plus that.
final class ClosedFormSource: ParameterSource {
    let names: [String]
    init(_ names: [String]) { self.names = names.sorted() }

    func parameter(
        _ name: String, _ shape: [Int], _ initialization: Initialization
    ) throws -> Tensor {
        let t = Double(names.firstIndex(of: name) ?? 0)
        let values = (0..<shape.reduce(1, *)).map { e in
            (initialization == .ones ? 1 : 0) + 0.1 * sin(0.7 * Double(e) + 1.3 * t + 0.1)
        }
        return try Tensor(values, shape)
    }
}

@Suite struct HeadTests {
    let golden: JSON

    init() throws {
        golden = try JSON(
            file: Repository.fixture("AdaptersTests", "adapter_golden.json"))
    }

    @Test func `the document's adapter equals Microsoft's state names and logits`() throws {
        let shapes = try #require(golden["shapes"]?.object)
        var configuration = HeadConfiguration(.mlpConv, input: 24, classes: 5)
        (configuration.inner, configuration.hidden) = (16, 12)
        let head = try Head(configuration, from: ClosedFormSource(Array(shapes.keys)))
        for (name, tensor) in try head.named {
            #expect(shapes[name]?.array?.compactMap(\.integer) == tensor.shape, "\(name)")
        }
        #expect(try head.named.count == shapes.count)
        let x = try Tensor((0..<6 * 24).map { sin(0.37 * Double($0)) }, [6, 24])
        let logits = try head(x).array(of: Double.self)
        let expected = try #require(golden["logits"]?.array).flatMap {
            $0.array?.compactMap(\.number) ?? []
        }
        #expect(expected.count == 30)
        for (value, reference) in zip(logits, expected) { #expect(abs(value - reference) < 1e-12) }
    }

    @Test func `the full preset has the sample's parameter count`() throws {
        var configuration = HeadConfiguration(.mlpConv, input: 1024, classes: 22)
        let head = try Head(configuration, from: ShapeSource())
        #expect(try head.named.reduce(0) { $0 + $1.tensor.count } == 2_373_654)
        configuration.kind = .linear
        let linear = try Head(configuration, from: ShapeSource())
        #expect(
            try linear.named.map(\.name) == ["prediction_head.0.weight", "prediction_head.0.bias"])
    }

    @Test func `an adapter folder loads as it was saved and refuses what does not fit`() throws {
        let path = NSTemporaryDirectory() + "cambium-" + UUID().uuidString
        defer { try? FileSystem.remove(path) }
        var configuration = HeadConfiguration(.mlpConv, input: 4, classes: 2)
        (configuration.inner, configuration.hidden) = (3, 3)
        let source = FloatSource()
        let head = try Head(configuration, from: source)
        try AdapterFolder.write(
            head, labels: [(1, "a"), (2, "b")], details: ["seed": 1], to: path)
        let loaded = try AdapterFolder(path)
        #expect(loaded.head.configuration == configuration && loaded.labels.map(\.id) == [1, 2])
        let x: [Float] = [1, 2, 3, 4, -1, 0, 1, 0]
        let probabilities = try loaded.head.probabilities(x)
        #expect(try probabilities == head.probabilities(x))
        #expect(abs(probabilities[0] + probabilities[1] - 1) < 1e-15)

        let weights = "\(path)/adapter.safetensors"
        try SafeTensors.write(Array(try head.named.dropLast()), to: weights)
        #expect {
            _ = try AdapterFolder(path)
        } throws: {
            "\($0)".contains("prediction_head.0.bias is missing")
        }
    }

    /// A data race here shows under ThreadSanitizer.
    @Test func `threads that ask a new head at once all get its numbers`() throws {
        var configuration = HeadConfiguration(.mlpConv, input: 8, classes: 3)
        (configuration.inner, configuration.hidden) = (5, 4)
        let parameters = try Head(configuration, from: FloatSource()).parameters
        let x = (0..<16).map { Float(sin(Double($0))) }
        let expected = try Head(configuration, parameters).probabilities(x)
        for _ in 0..<20 {
            nonisolated(unsafe) let head = try Head(configuration, parameters)
            let right = Lock(0)
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                if (try? head.probabilities(x)) == expected { right.withLock { $0 += 1 } }
            }
            #expect(right.withLock { $0 } == 8)
        }
    }
}

final class FloatSource: ParameterSource {
    func parameter(
        _ name: String, _ shape: [Int], _ initialization: Initialization
    ) throws -> Tensor {
        try Tensor((0..<shape.reduce(1, *)).map { Float(sin(Double($0 + name.count))) }, shape)
    }
}
