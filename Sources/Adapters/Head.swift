public import Layers
public import Torch

/// A classifier on frozen embeddings.
public struct Head {
    private enum Body {
        case mlpConv(MLPConvHead)
        case linear(Linear)
    }

    private let body: Body
    private let book: ParameterBook
    /// What it was built from.
    public let configuration: HeadConfiguration

    /// A head over a source of parameters.
    public init(_ configuration: HeadConfiguration, from source: any ParameterSource) throws {
        let book = ParameterBook(source)
        switch configuration.kind {
        case .mlpConv: body = .mlpConv(try MLPConvHead(configuration, in: book.scope))
        case .linear:
            body = .linear(
                try .pytorch(
                    configuration.input, configuration.classes,
                    in: book.scope.at("prediction_head").at(0)))
        }
        (self.configuration, self.book) = (configuration, book)
    }

    /// Embeddings [batch, input] to logits [batch, classes].
    public func callAsFunction(_ embeddings: Tensor) throws -> Tensor {
        switch body {
        case .mlpConv(let head): try head(embeddings)
        case .linear(let head): try head(embeddings)
        }
    }

    /// All parameters with their names.
    public var named: [(name: String, tensor: Tensor)] { book.entries }

    /// Class probabilities, row-major [rows, classes], of embeddings [rows, input].
    public func probabilities(_ embeddings: [Float]) throws -> [Double] {
        let rows = embeddings.count / configuration.input
        return try withoutGradients {
            var result: [Double] = []
            for start in stride(from: 0, to: rows, by: Self.rowsAtOnce) {
                let end = min(start + Self.rowsAtOnce, rows)
                let part = embeddings[start * configuration.input..<end * configuration.input]
                let x = try Tensor(Array(part), [end - start, configuration.input])
                // Softmax in double precision: what is written sums to 1 to the last digits.
                result += try self(x).converted(to: .float64).softmax().array(of: Double.self)
            }
            return result
        }
    }

    /// Rows that ``probabilities(_:)`` computes together.
    public static let rowsAtOnce = 4096
}
