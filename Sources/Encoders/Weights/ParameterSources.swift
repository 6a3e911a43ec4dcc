internal import CambiumFiles
public import CambiumLayers
public import CambiumTorch

/// The scale that a model from scratch starts at.
public enum WeightStart: String, Sendable, CaseIterable {
    /// MedImageInsight's: standard deviation 0.02 whatever the width, which fits its 1,024 to
    /// 2,048 channels.
    case published
    /// PyTorch's default for layers, uniform within ±1 / sqrt(fan in): fits any width.
    case fanIn = "fan_in"

    func applied(to initialization: Initialization, _ shape: [Int]) -> Initialization {
        switch (self, initialization) {
        case (.fanIn, .normal), (.fanIn, .truncatedNormal):
            .fanIn(shape.dropFirst().reduce(1, *))
        default: initialization
        }
    }
}

/// Parameters drawn anew, each from a stream of its own: the value of a parameter depends on
/// the seed and its name only, not on what was drawn before.
public final class RandomSource: ParameterSource {
    private let seed: UInt64
    private let start: WeightStart
    private let device: Device

    /// A source whose draws `seed` decides.
    public init(seed: UInt64, start: WeightStart = .published, device: Device = .cpu) {
        (self.seed, self.start, self.device) = (seed, start, device)
    }

    /// A float32 leaf with its first values.
    public func parameter(
        _ name: String, _ shape: [Int], _ initialization: Initialization
    ) throws -> Tensor {
        try Tensor(values(name, shape, initialization), shape).moved(to: device)
    }

    /// The first values alone.
    public func values(
        _ name: String, _ shape: [Int], _ initialization: Initialization
    ) -> [Float] {
        let count = shape.reduce(1, *)
        var generator = SeededGenerator(seed: seed, SeededGenerator.stream(name))
        return
            switch start.applied(to: initialization, shape)
        {
        case .zeros: [Float](repeating: 0, count: count)
        case .ones: [Float](repeating: 1, count: count)
        case .constant(let value): [Float](repeating: Float(value), count: count)
        case .normal(let deviation):
            (0..<count).map { _ in Float(generator.normal() * deviation) }
        case .truncatedNormal(let deviation):
            (0..<count).map { _ in Float(Self.truncated(deviation, &generator)) }
        case .xavierUniform:
            Self.uniform((6 / Double(shape[0] + shape[1])).squareRoot(), count, &generator)
        case .uniform(let bound): Self.uniform(bound, count, &generator)
        }
    }

    private static func truncated(
        _ deviation: Double, _ generator: inout SeededGenerator
    ) -> Double {
        while true {
            let value = generator.normal() * deviation
            if Swift.abs(value) <= 2 { return value }
        }
    }

    private static func uniform(
        _ bound: Double, _ count: Int, _ generator: inout SeededGenerator
    ) -> [Float] {
        (0..<count).map { _ in Float((generator.uniform() * 2 - 1) * bound) }
    }
}

/// Parameters read from a state dictionary, strictly: every missing, unexpected and mis-shaped
/// tensor is collected and named together.
public final class WeightSource: ParameterSource {
    private let weights: StateDictionary
    private let names: [String: String]
    private let leftOut: Set<String>
    private let device: Device
    private var problems: [String] = []
    private var used: Set<String> = []

    /// A source over `weights`; `names` maps a parameter's name to the file's own, and the tensors
    /// in `leftOut` are not expected to be used.
    public init(
        _ weights: StateDictionary, names: [String: String], leftOut: Set<String> = [],
        device: Device = .cpu
    ) {
        (self.weights, self.names, self.device) = (weights, names, device)
        self.leftOut = leftOut
    }

    /// The tensor of this name in float32, or zeros with the problem noted.
    public func parameter(
        _ name: String, _ shape: [Int], _ initialization: Initialization
    ) throws -> Tensor {
        let key = names[name] ?? name
        guard let entry = weights.entries[key] else {
            problems.append("\(name) is missing")
            return try .zeros([])
        }
        used.insert(key)
        guard entry.shape == shape, entry.type.isFloating else {
            problems.append(
                "\(name) is \(entry.type) \(entry.shape), the model needs float \(shape)")
            return try .zeros([])
        }
        return try weights.tensor(key).converted(to: .float32).moved(to: device)
    }

    /// Ends the loading.
    /// - Throws: ``TorchError/mismatch(path:problems:)`` with every problem.
    public func finish() throws(TorchError) {
        let unexpected = weights.entries.keys
            .filter { !used.contains($0) && !leftOut.contains($0) }.sorted()
        let all = problems + unexpected.map { "\(shown($0)) is unexpected" }
        if !all.isEmpty { throw .mismatch(path: weights.path, problems: all) }
    }
}
