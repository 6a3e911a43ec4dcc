internal import CambiumLayers

/// What a head computes, and which parameters it has: the one description that training,
/// prediction and libtorch's reading of a head all follow.
struct HeadPlan: Sendable {
    /// A layer with parameters.
    struct Slot: Sendable {
        enum Kind: Sendable { case linear, norm }
        /// The state names without `.weight` and `.bias`.
        let name: String
        var kind = Kind.linear
        let input: Int
        let output: Int
        var hasBias = true
        /// Size of the convolution kernel on a sequence of length 1, of which the middle one meets
        /// data; nil for a plain linear layer.
        var taps: Int?
        /// Whether training moves it.
        var isTrained = true

        var weightShape: [Int] {
            kind == .norm ? [output] : [output, input] + (taps.map { [$0] } ?? [])
        }
        var weightStart: Initialization { kind == .norm ? .ones : .fanIn(input * (taps ?? 1)) }
        var biasStart: Initialization { kind == .norm ? .zeros : .fanIn(input * (taps ?? 1)) }
    }

    /// One step from the rows before to the rows after.
    enum Operation: Sendable, Equatable {
        /// A linear layer, by its slot.
        case linear(Int)
        /// A norm over channels, by its slot.
        case norm(Int)
        case gelu
        case relu
        /// The share of the value, the rest of the head's own input.
        case blend(Float)
        /// Length 1.
        case unit
        /// exp(-beta (1 - value)): Tip-Adapter's affinity.
        case affinity(Float)
        /// Adds a linear layer of the head's own input.
        case addLinear(Int)
    }

    private(set) var slots: [Slot] = []
    private(set) var operations: [Operation] = []

    /// The plan of one member of a configuration.
    init(_ configuration: HeadConfiguration) {
        let (input, classes) = (configuration.input, configuration.classes)
        let (inner, hidden) = (configuration.inner, configuration.hidden)
        switch configuration.kind {
        case .linear: append("prediction_head.0", input, classes)
        case .mlp:
            append("vision_embd.0", input, hidden)
            operations.append(.gelu)
            append("prediction_head.0", hidden, classes)
        case .mlpConv: samples(input, inner, hidden, classes, taps: 3)
        case .mlpConvLean: samples(input, inner, hidden, classes, taps: 1)
        case .clipAdapter:
            append("adapter.0", input, hidden, bias: false)
            operations.append(.relu)
            append("adapter.2", hidden, input, bias: false)
            operations += [.relu, .blend(Float(configuration.ratio)), .unit]
            append("text_head", input, classes, bias: false, trained: false)
        case .tipAdapter, .tipAdapterFine:
            append(
                "cache_keys", input, configuration.cached, bias: false,
                trained: configuration.kind == .tipAdapterFine)
            operations.append(.affinity(Float(configuration.beta)))
            append("cache_values", configuration.cached, classes, bias: false, trained: false)
            if configuration.hasTexts {
                append("text_head", input, classes, bias: false, trained: false)
                operations[operations.count - 1] = .addLinear(slots.count - 1)
            }
        }
    }

    /// The dermatology document's adapter, as Microsoft's samples build it: Linear, GELU, Linear,
    /// LayerNorm; Conv1d, GELU, Conv1d on a sequence of length 1; Linear.
    ///
    /// State names are the samples' (`vision_embd`, `retrieval_conv`, `prediction_head`). On a
    /// sequence of length 1 with padding 1 only the middle tap of each kernel ever meets data; the
    /// dead taps are kept because the files hold them. Nothing stands between the second
    /// convolution and the head.
    private mutating func samples(
        _ input: Int, _ inner: Int, _ hidden: Int, _ classes: Int, taps: Int
    ) {
        append("vision_embd.0", input, inner)
        operations.append(.gelu)
        append("vision_embd.2", inner, inner)
        slots.append(Slot(name: "vision_embd.3", kind: .norm, input: inner, output: inner))
        operations.append(.norm(slots.count - 1))
        append("retrieval_conv.0", inner, hidden, taps: taps)
        operations.append(.gelu)
        append("retrieval_conv.2", hidden, hidden, taps: taps)
        append("prediction_head.0", hidden, classes)
    }

    private mutating func append(
        _ name: String, _ input: Int, _ output: Int, bias: Bool = true, taps: Int? = nil,
        trained: Bool = true
    ) {
        slots.append(
            Slot(
                name: name, input: input, output: output, hasBias: bias, taps: taps,
                isTrained: trained))
        operations.append(.linear(slots.count - 1))
    }

    /// Columns after each operation.
    func widths(input: Int) -> [Int] {
        var width = input
        return operations.map { operation in
            if case .linear(let slot) = operation { width = slots[slot].output }
            return width
        }
    }
}
