internal import Layers
internal import Torch

/// The dermatology document's adapter, as Microsoft's samples build it: Linear, GELU, Linear,
/// LayerNorm; Conv1d, GELU, Conv1d on a sequence of length 1; Linear.
///
/// State names are the samples' (`vision_embd`, `retrieval_conv`, `prediction_head`). On a
/// sequence of length 1 with padding 1 only the middle tap of each kernel ever meets data; the
/// dead taps are kept because the files hold them. Nothing stands between the second convolution
/// and the head.
struct MLPConvHead {
    let embedding: (Linear, Linear)
    let norm: LayerNorm
    let convolution: (Conv1d, Conv1d)
    let head: Linear

    init(_ configuration: HeadConfiguration, in scope: Scope) throws {
        let (inner, hidden) = (configuration.inner, configuration.hidden)
        let embd = scope.at("vision_embd")
        embedding = (
            try .pytorch(configuration.input, inner, in: embd.at(0)),
            try .pytorch(inner, inner, in: embd.at(2))
        )
        norm = try LayerNorm(inner, in: embd.at(3))
        let conv = scope.at("retrieval_conv")
        convolution = (
            try Conv1d(inner, hidden, kernel: 3, padding: 1, in: conv.at(0)),
            try Conv1d(hidden, hidden, kernel: 3, padding: 1, in: conv.at(2))
        )
        head = try .pytorch(hidden, configuration.classes, in: scope.at("prediction_head").at(0))
    }

    /// `x` [batch, input] to logits [batch, classes].
    func callAsFunction(_ x: Tensor) throws -> Tensor {
        let y = try norm(embedding.1(embedding.0(x).gelu()))
        let sequence = try y.reshaped(y.shape[0], y.shape[1], 1)  // [batch, inner, 1]
        let mixed = try convolution.1(convolution.0(sequence).gelu())
        return try head(mixed.reshaped(y.shape[0], -1))
    }
}

extension Linear {
    /// A layer that starts as PyTorch's `nn.Linear` does.
    static func pytorch(_ input: Int, _ output: Int, in scope: Scope) throws -> Linear {
        try Linear(
            input, output, weights: .fanIn(input), biases: .fanIn(input), in: scope)
    }
}
