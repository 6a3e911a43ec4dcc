public import Files

/// Which head stands on frozen embeddings, and its sizes.
public struct HeadConfiguration: Sendable, Equatable {
    /// The kinds of head.
    public enum Kind: String, Sendable, CaseIterable {
        /// The dermatology document's: MLP, two Conv1d, linear.
        case mlpConv = "mlp-conv"
        /// One linear layer: multinomial logistic regression.
        case linear
    }

    /// The kind.
    public var kind: Kind
    /// Channels of an embedding.
    public var input: Int
    /// Classes.
    public var classes: Int
    /// Channels of the MLP; Microsoft's preset fixes 512.
    public var inner = 512
    /// Channels of the convolutions.
    public var hidden = 512

    /// A head of a kind.
    public init(_ kind: Kind, input: Int, classes: Int) {
        (self.kind, self.input, self.classes) = (kind, input, classes)
    }

    /// The description as an adapter's `config.json` holds it.
    public var json: JSON {
        [
            "head": .string(kind.rawValue), "in_channels": .integer(input),
            "num_classes": .integer(classes), "inner_dim": .integer(inner),
            "hidden_dim": .integer(hidden),
        ]
    }

    /// Reads the description back.
    /// - Throws: ``AdapterError/configuration(path:reason:)``, which names `path`.
    public init(_ json: JSON, path: String) throws(AdapterError) {
        func size(_ name: String) throws(AdapterError) -> Int {
            guard let value = json[name]?.integer, (1...1 << 24).contains(value) else {
                throw .configuration(path: path, reason: "\(name) must be a whole number above 0")
            }
            return value
        }
        guard let name = json["head"]?.string, let kind = Kind(rawValue: name) else {
            let known = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw .configuration(path: path, reason: "head must be one of \(known)")
        }
        self.init(kind, input: try size("in_channels"), classes: try size("num_classes"))
        inner = try size("inner_dim")
        hidden = try size("hidden_dim")
    }
}

/// What can be wrong with an adapter.
public enum AdapterError: Error, Equatable, CustomStringConvertible {
    /// Its description: where and why.
    case configuration(path: String, reason: String)
    /// Something stands where it should be written.
    case occupied(path: String)
    /// Embeddings that do not fit it.
    case width(path: String, expected: Int, got: Int)

    /// The sentence shown to the user.
    public var description: String {
        switch self {
        case .configuration(let path, let reason): "\(path): \(reason)"
        case .occupied(let path):
            "\(path): exists already; name another output or remove it first"
        case .width(let path, let expected, let got):
            "\(path): embeddings have \(got) channels, the adapter takes \(expected); embed with "
                + "the model that the adapter was trained on"
        }
    }
}
