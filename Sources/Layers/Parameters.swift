public import CambiumTorch

/// How a new parameter starts.
public enum Initialization: Sendable, Equatable {
    case zeros
    case ones
    case constant(Double)
    /// Normal with this standard deviation.
    case normal(Double)
    /// Normal with this standard deviation, cut at two standard units (absolute bounds ±2, as
    /// timm's `trunc_normal_`, so in effect uncut for 0.02).
    case truncatedNormal(Double)
    /// Uniform within ±sqrt(6 / (fan in + fan out)) (Glorot and Bengio, 2010).
    case xavierUniform
    /// Uniform within ± this bound.
    case uniform(Double)

    /// Uniform within ±1 / sqrt(fan in): PyTorch's default for Linear and convolutions, weights
    /// and biases alike.
    public static func fanIn(_ count: Int) -> Initialization {
        .uniform(1 / Double(max(1, count)).squareRoot())
    }
}

/// Where a model's parameters come from: drawn anew, read from a file, or shapes only.
public protocol ParameterSource: AnyObject {
    /// The parameter of this name and shape.
    func parameter(
        _ name: String, _ shape: [Int], _ initialization: Initialization
    ) throws -> Tensor
}

/// The parameters of a model in the order of construction, under the checkpoint's names.
///
/// A layer asks its scope for each tensor once, in its initializer; what was handed out is the
/// list that optimizers, checkpoints and counts work on. Names are joined with dots.
public final class ParameterBook {
    /// Names and tensors in the order of construction.
    public private(set) var entries: [(name: String, tensor: Tensor)] = []
    private let source: any ParameterSource

    /// An empty book over a source.
    public init(_ source: any ParameterSource) { self.source = source }

    /// The scope of the whole model.
    public var scope: Scope { Scope(book: self, path: "") }

    /// Number of elements of all parameters.
    public var count: Int { entries.reduce(0) { $0 + $1.tensor.count } }

    fileprivate func take(
        _ name: String, _ shape: [Int], _ initialization: Initialization
    ) throws -> Tensor {
        let tensor = try source.parameter(name, shape, initialization)
        entries.append((name, tensor))
        return tensor
    }
}

/// A place in the tree of names: `scope.at("ffn").at("norm")` names `ffn.norm.…`.
public struct Scope {
    let book: ParameterBook
    let path: String

    /// The scope one level below.
    public func at(_ name: String) -> Scope {
        Scope(book: book, path: path.isEmpty ? name : "\(path).\(name)")
    }

    /// The scope of a numbered element.
    public func at(_ index: Int) -> Scope { at("\(index)") }

    /// Takes the parameter `name` of this scope.
    public func callAsFunction(
        _ name: String, _ shape: [Int], _ initialization: Initialization
    ) throws -> Tensor {
        try book.take(at(name).path, shape, initialization)
    }
}

/// Shapes without memory.
public final class ShapeSource: ParameterSource {
    /// A source of meta tensors.
    public init() {}

    /// A tensor on the meta device.
    public func parameter(
        _ name: String, _ shape: [Int], _ initialization: Initialization
    ) throws -> Tensor {
        try .zeros(shape, device: .meta)
    }
}
