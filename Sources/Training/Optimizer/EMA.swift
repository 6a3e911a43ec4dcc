package import CambiumTorch

/// An exponential moving average of parameters, as MedImageInsight's trainer smooths weights:
/// after optimizer step n, `s = d s + (1 - d) p` with `d = min(decay, (n + 1) / (n + 10))`.
package struct EMA {
    /// The decay it approaches.
    package let decay: Double
    /// Smoothed values under the parameters' names.
    package let averages: [(name: String, tensor: Tensor)]
    private let parameters: [Tensor]

    /// Starts from the parameters' present values.
    package init(_ parameters: [(name: String, tensor: Tensor)], decay: Double) throws {
        self.decay = decay
        self.parameters = parameters.map(\.tensor)
        averages = try parameters.map { ($0.name, try $0.tensor.detached().copied()) }
    }

    /// Moves the averages after optimizer step `step`, counted from 1.
    package func update(step: Int) throws {
        let decay = min(decay, Double(step + 1) / Double(step + 10))
        try withoutGradients {
            try Foreach.interpolate(
                averages.map(\.tensor), to: parameters, weight: 1 - decay)
        }
    }
}
