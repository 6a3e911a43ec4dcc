internal import CambiumFiles

/// Which head stands on frozen embeddings, and its sizes.
public struct HeadConfiguration: Sendable, Equatable {
    /// The kinds of head.
    public enum Kind: String, Codable, Sendable, CaseIterable {
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
    public enum Task: String, Codable, Sendable, CaseIterable {
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
}

/// The description as an adapter's `config.json` holds it.
extension HeadConfiguration: Codable {
    private enum CodingKeys: String, CodingKey {
        case head
        case input = "in_channels"
        case classes = "num_classes"
        case inner = "inner_dim"
        case hidden = "hidden_dim"
        case task, ratio, beta, cached, texts, members, temperature
    }

    private var isTip: Bool { kind == .tipAdapter || kind == .tipAdapterFine }

    /// Writes the description. What an earlier version could not say is said only where it
    /// differs, so that adapters keep their bytes.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(kind, forKey: .head)
        try members.encode(input, forKey: .input)
        try members.encode(classes, forKey: .classes)
        try members.encode(inner, forKey: .inner)
        try members.encode(hidden, forKey: .hidden)
        if task != .single { try members.encode(task, forKey: .task) }
        if kind == .clipAdapter { try members.encode(ratio, forKey: .ratio) }
        if isTip {
            try members.encode(beta, forKey: .beta)
            try members.encode(cached, forKey: .cached)
            try members.encode(hasTexts, forKey: .texts)
        }
        if self.members != 1 { try members.encode(self.members, forKey: .members) }
        if temperature != 1 { try members.encode(temperature, forKey: .temperature) }
    }

    /// Reads the description; refuses sizes that no head has.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        func size(_ key: CodingKeys) throws -> Int {
            try members.decode(key, "a whole number above 0") { (1...1 << 24).contains($0) }
        }
        func number(_ key: CodingKeys, _ range: ClosedRange<Double>) throws -> Double {
            try members.decode(key, "a number in \(range)") { range.contains($0) }
        }
        self.init(
            try members.decode(Kind.self, forKey: .head), input: try size(.input),
            classes: try size(.classes))
        (inner, hidden) = (try size(.inner), try size(.hidden))
        task = try members.decodeIfPresent(Task.self, forKey: .task) ?? task
        if kind == .clipAdapter { ratio = try number(.ratio, 0...1) }
        if isTip {
            (beta, cached) = (try number(.beta, 0...1e6), try size(.cached))
            hasTexts = try members.decodeIfPresent(Bool.self, forKey: .texts) ?? false
        }
        if members.contains(.members) {
            self.members = try members.decode(.members, "a whole number in 1...1000") {
                (1...1000).contains($0)
            }
        }
        if members.contains(.temperature) { temperature = try number(.temperature, 1e-6...1e6) }
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
