public import CambiumFiles

/// Which head stands on frozen embeddings, and its sizes.
public struct HeadConfiguration: Sendable, Equatable {
    /// The kinds of head.
    public enum Kind: String, Sendable, CaseIterable {
        /// The dermatology document's: MLP, two Conv1d, linear.
        case mlpConv = "mlp-conv"
        /// The same function with kernels of size 1, without the taps that meet no data.
        case mlpConvLean = "mlp-conv-lean"
        /// Linear, GELU, linear.
        case mlp
        /// One linear layer: multinomial logistic regression.
        case linear
        /// CLIP-Adapter (Gao et al., 2021): two layers whose output joins the embedding in a fixed
        /// ratio, before the class texts decide.
        case clipAdapter = "clip-adapter"
        /// Tip-Adapter (Zhang et al., 2022): every training row votes by its affinity, beside the
        /// class texts where there are any. Nothing is trained.
        case tipAdapter = "tip-adapter"
        /// Tip-Adapter-F: the same, and the cached rows are trained.
        case tipAdapterFine = "tip-adapter-f"

        /// Whether a head of this kind is trained by steps.
        public var isTrained: Bool { self != .tipAdapter }

        /// Whether it can be trained on rows with any number of classes: the others start from one
        /// class a row or from a softmax over class texts.
        public var knowsLabels: Bool {
            switch self {
            case .mlpConv, .mlpConvLean, .mlp, .linear: true
            case .clipAdapter, .tipAdapter, .tipAdapterFine: false
            }
        }
    }

    /// What the logits of a row mean.
    public enum Task: String, Sendable, CaseIterable {
        /// One class a row: softmax.
        case single = "single-label"
        /// Any number of classes a row: a sigmoid each.
        case multiple = "multi-label"
    }

    /// The kind.
    public var kind: Kind
    /// Channels of an embedding.
    public var input: Int
    /// Classes.
    public var classes: Int
    /// Channels of the MLP; Microsoft's preset fixes 512.
    public var inner = 512
    /// Channels of the convolutions, of the MLP's and CLIP-Adapter's hidden layer.
    public var hidden = 512
    /// What the logits mean.
    public var task = Task.single
    /// CLIP-Adapter's share of the adapted embedding.
    public var ratio = 0.2
    /// Tip-Adapter's sharpness.
    public var beta = 5.5
    /// Rows that Tip-Adapter keeps.
    public var cached = 0
    /// Whether Tip-Adapter adds the class texts' logits.
    public var hasTexts = false
    /// Heads whose probabilities are averaged: the folds of a cross-validation.
    public var members = 1
    /// Divides the logits before they become probabilities.
    public var temperature = 1.0

    /// A head of a kind.
    public init(_ kind: Kind, input: Int, classes: Int) {
        (self.kind, self.input, self.classes) = (kind, input, classes)
    }

    /// The description as an adapter's `config.json` holds it.
    public var json: JSON {
        var members: [String: JSON] = [
            "head": .string(kind.rawValue), "in_channels": .integer(input),
            "num_classes": .integer(classes), "inner_dim": .integer(inner),
            "hidden_dim": .integer(hidden),
        ]
        // What an earlier version could not say is said only where it differs.
        if task != .single { members["task"] = .string(task.rawValue) }
        if kind == .clipAdapter { members["ratio"] = .number(ratio) }
        if kind == .tipAdapter || kind == .tipAdapterFine {
            members["beta"] = .number(beta)
            members["cached"] = .integer(cached)
            members["texts"] = .bool(hasTexts)
        }
        if self.members != 1 { members["members"] = .integer(self.members) }
        if temperature != 1 { members["temperature"] = .number(temperature) }
        return .object(members)
    }

    /// Reads the description back.
    /// - Throws: ``AdapterError/configuration(path:reason:)``, which names `path`.
    public init(_ json: JSON, path: String) throws(AdapterError) {
        let reader = Reader(json: json, path: path)
        guard let name = json["head"]?.string, let kind = Kind(rawValue: name) else {
            let known = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw .configuration(path: path, reason: "head must be one of \(known)")
        }
        self.init(
            kind, input: try reader.size("in_channels"), classes: try reader.size("num_classes"))
        inner = try reader.size("inner_dim")
        hidden = try reader.size("hidden_dim")
        try readOptions(reader)
    }

    private mutating func readOptions(_ reader: Reader) throws(AdapterError) {
        if let name = reader.json["task"] {
            guard let task = name.string.flatMap(Task.init(rawValue:)) else {
                throw reader.refuse("task must be single-label or multi-label")
            }
            self.task = task
        }
        if kind == .clipAdapter { ratio = try reader.number("ratio", 0...1) }
        if kind == .tipAdapter || kind == .tipAdapterFine {
            beta = try reader.number("beta", 0...1e6)
            cached = try reader.size("cached")
            hasTexts = reader.json["texts"] == true
        }
        if reader.json["members"] != nil { members = try reader.size("members") }
        if reader.json["temperature"] != nil {
            temperature = try reader.number("temperature", 1e-6...1e6)
        }
        guard members <= 1000 else { throw reader.refuse("members must be at most 1000") }
    }

    private struct Reader {
        let json: JSON
        let path: String

        func refuse(_ reason: String) -> AdapterError { .configuration(path: path, reason: reason) }

        func size(_ name: String) throws(AdapterError) -> Int {
            guard let value = json[name]?.integer, (1...1 << 24).contains(value) else {
                throw refuse("\(name) must be a whole number above 0")
            }
            return value
        }

        func number(_ name: String, _ range: ClosedRange<Double>) throws(AdapterError) -> Double {
            guard let value = json[name]?.number, range.contains(value) else {
                throw refuse("\(name) must be a number in \(range)")
            }
            return value
        }
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
