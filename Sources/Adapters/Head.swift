internal import CambiumFiles
public import CambiumLayers
public import CambiumTorch
internal import Foundation

/// A parameter of a head, outside of libtorch.
public struct HeadParameter: Sendable {
    /// The state name.
    public let name: String
    /// Size of each dimension.
    public let shape: [Int]
    /// Row-major.
    public let values: [Float]

    /// A parameter.
    public init(name: String, shape: [Int], values: [Float]) {
        (self.name, self.shape, self.values) = (name, shape, values)
    }
}

/// A classifier on frozen embeddings: its parameters under their state names, and two ways to
/// compute it, by libtorch (``callAsFunction(_:)``, with gradients) and by ``HeadNetwork``, which
/// does without libtorch as long as the parameters came without it.
public struct Head {
    private enum Parameters {
        case tensors([(name: String, tensor: Tensor)])
        case values([HeadParameter])
    }

    private let own: Parameters
    private let cache = NetworkCache()
    /// What it was built from.
    public let configuration: HeadConfiguration

    /// A head over a source of parameters.
    public init(_ configuration: HeadConfiguration, from source: any ParameterSource) throws {
        let entries = try Self.shapes(configuration).map { name, shape, start in
            (name: name, tensor: try source.parameter(name, shape, start))
        }
        (self.configuration, own) = (configuration, .tensors(entries))
    }

    /// A head whose parameters are given one by one.
    public init(
        _ configuration: HeadConfiguration,
        values: (_ name: String, _ shape: [Int], _ start: Initialization) throws -> [Float]
    ) throws {
        let entries = try Self.shapes(configuration).map { name, shape, start in
            let own = try values(name, shape, start)
            guard own.count == shape.reduce(1, *) else {
                throw AdapterError.configuration(
                    path: name, reason: "has \(own.count) values, \(shape) expected")
            }
            return HeadParameter(name: name, shape: shape, values: own)
        }
        (self.configuration, self.own) = (configuration, .values(entries))
    }

    /// Names, shapes and first values of all parameters.
    public static func shapes(
        _ configuration: HeadConfiguration
    ) -> [(name: String, shape: [Int], start: Initialization)] {
        let plan = HeadPlan(configuration)
        return (0..<configuration.members).flatMap { member in
            let prefix = configuration.members == 1 ? "" : "members.\(member)."
            return plan.slots.flatMap { slot in
                [("\(prefix)\(slot.name).weight", slot.weightShape, slot.weightStart)]
                    + (slot.hasBias
                        ? [("\(prefix)\(slot.name).bias", [slot.output], slot.biasStart)] : [])
            }
        }
    }

    /// Embeddings [batch, input] to logits [batch, classes], before any temperature; of several
    /// members those of their mean probability.
    public func callAsFunction(_ embeddings: Tensor) throws -> Tensor {
        let reading = HeadReading(configuration)
        let entries = try named
        guard configuration.members > 1 else { return try reading(embeddings, entries) }
        let shares = try parts(entries).map { entries in
            let logits = try reading(embeddings, entries)
            return try configuration.task == .single ? logits.softmax() : logits.sigmoid()
        }
        let sum = try shares.dropFirst().reduce(shares[0]) { try $0 + $1 }
        let mean = try sum * (1 / Double(shares.count))
        guard configuration.task == .multiple else { return try mean.log() }
        return try mean.log() - (Tensor(Float(1)) - mean).log()
    }

    /// All parameters with their names, as tensors.
    public var named: [(name: String, tensor: Tensor)] {
        get throws {
            switch own {
            case .tensors(let entries): entries
            case .values(let entries):
                try entries.map { ($0.name, try Tensor($0.values, $0.shape)) }
            }
        }
    }

    /// All parameters in float32, as they are now.
    public var parameters: [HeadParameter] {
        get throws {
            switch own {
            case .values(let entries): entries
            case .tensors(let entries):
                try entries.map { name, tensor in
                    HeadParameter(
                        name: name, shape: tensor.shape, values: try tensor.detached().array())
                }
            }
        }
    }

    /// A list by members.
    private func parts<Element>(_ entries: [Element]) -> [[Element]] {
        let count = entries.count / configuration.members
        return (0..<configuration.members).map { member in
            Array(entries[member * count..<(member + 1) * count])
        }
    }

    /// Class probabilities, row-major [rows, classes], of embeddings [rows, input]. Parameters
    /// count as they are when this is asked first.
    public func probabilities(_ embeddings: [Float]) throws -> [Double] {
        let networks = try networks()
        guard configuration.members > 1 else { return networks[0].probabilities(embeddings) }
        guard configuration.temperature != 1 else { return mean(networks, embeddings) }
        return HeadNetwork.probabilities(
            try logits(embeddings), classes: configuration.classes, task: configuration.task,
            temperature: configuration.temperature)
    }

    /// Logits, row-major [rows, classes], as ``callAsFunction(_:)`` gives them.
    public func logits(_ embeddings: [Float]) throws -> [Float] {
        let networks = try networks()
        guard configuration.members > 1 else { return networks[0].logits(embeddings) }
        return mean(networks, embeddings).map { share in
            let least = max(share, 1e-30)
            return configuration.task == .single
                ? Float(log(least)) : Float(log(least) - log(max(1 - share, 1e-30)))
        }
    }

    /// The same head with another temperature.
    public func with(temperature: Double) throws -> Head {
        var other = configuration
        other.temperature = temperature
        return try Head(other, parameters)
    }

    /// One head of several whose probabilities are averaged; all are of one configuration.
    public static func ensemble(_ heads: [Head]) throws -> Head {
        guard let first = heads.first, heads.count > 1 else { return heads[0] }
        var configuration = first.configuration
        configuration.members = heads.count
        let entries = try heads.enumerated().flatMap { index, head in
            try head.parameters.map {
                HeadParameter(
                    name: "members.\(index).\($0.name)", shape: $0.shape, values: $0.values)
            }
        }
        return try Head(configuration, entries)
    }

    /// A head of parameters that are listed by name.
    public init(_ configuration: HeadConfiguration, _ parameters: [HeadParameter]) throws {
        let known = Dictionary(
            parameters.map { ($0.name, $0.values) }, uniquingKeysWith: { first, _ in first })
        try self.init(configuration) { name, _, _ in
            guard let values = known[name] else {
                throw AdapterError.configuration(path: name, reason: "has no values")
            }
            return values
        }
    }

    private func mean(_ networks: [HeadNetwork], _ embeddings: [Float]) -> [Double] {
        let parts = networks.map { $0.probabilities(embeddings) }
        return parts[0].indices.map { index in
            parts.reduce(0) { $0 + $1[index] } / Double(parts.count)
        }
    }

    /// Rows that several processes share out together.
    public static let rowsAtOnce = 4096

    private func networks() throws -> [HeadNetwork] {
        try cache.networks {
            var single = configuration
            single.members = 1
            if configuration.members > 1 { single.temperature = 1 }
            return try parts(parameters).map { HeadNetwork(single, $0.map(\.values)) }
        }
    }
}

/// The networks of a head, made by whichever thread asks first while the others wait.
private final class NetworkCache: Sendable {
    private let made = Lock<[HeadNetwork]?>(nil)

    func networks(_ make: () throws -> [HeadNetwork]) throws -> [HeadNetwork] {
        try made.withLock { made in
            if let made { return made }
            let networks = try make()
            made = networks
            return networks
        }
    }
}

/// The plan of a head, read operation by operation through libtorch.
private struct HeadReading {
    private let plan: HeadPlan

    init(_ configuration: HeadConfiguration) { plan = HeadPlan(configuration) }

    func callAsFunction(
        _ input: Tensor, _ entries: [(name: String, tensor: Tensor)]
    ) throws -> Tensor {
        var parameters: [(weight: Tensor, bias: Tensor?)] = []
        var rest = entries[...]
        for slot in plan.slots {
            let weight = rest.removeFirst().tensor
            parameters.append((weight, slot.hasBias ? rest.removeFirst().tensor : nil))
        }
        return try plan.operations.reduce(input) { value, operation in
            switch operation {
            case .linear(let slot): try linear(value, plan.slots[slot], parameters[slot])
            case .norm(let slot):
                try value.layerNorm(parameters[slot].weight, parameters[slot].bias, epsilon: 1e-5)
            case .gelu: try value.gelu()
            case .relu: try value.relu()
            case .blend(let share): try value * Double(share) + input * (1 - Double(share))
            case .unit: try value.normalized()
            case .affinity(let beta): try ((value * Double(beta)) - Tensor(beta)).exp()
            case .addLinear(let slot):
                try value + linear(input, plan.slots[slot], parameters[slot])
            }
        }
    }

    private func linear(
        _ x: Tensor, _ slot: HeadPlan.Slot, _ parameters: (weight: Tensor, bias: Tensor?)
    ) throws -> Tensor {
        guard let taps = slot.taps, let bias = parameters.bias else {
            return try x.linear(parameters.weight, parameters.bias)
        }
        let sequence = try x.reshaped(x.shape[0], x.shape[1], 1)  // [batch, channels, 1]
        return try sequence.conv1d(parameters.weight, bias, padding: taps / 2)
            .reshaped(x.shape[0], -1)
    }
}
