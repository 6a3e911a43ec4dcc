internal import CambiumFiles
internal import CambiumVectorMath
internal import Foundation

/// One head as a processor computes it fastest: weights in panels, a batch in few sweeps.
///
/// Each row's numbers depend on that row alone, so that they are the same whatever the number of
/// threads and rows. Dead taps of convolutions are carried along but not multiplied.
public final class HeadNetwork: @unchecked Sendable {
    // Unchecked: workers write rows and panels of their own.

    /// What it computes.
    public let configuration: HeadConfiguration
    let plan: HeadPlan
    let layers: [HeadLayer]
    let widths: [Int]

    /// A network with parameters in the order of their state names (``Head/named``).
    public init(_ configuration: HeadConfiguration, _ parameters: [[Float]]) {
        self.configuration = configuration
        plan = HeadPlan(configuration)
        widths = plan.widths(input: configuration.input)
        var rest = parameters[...]
        layers = plan.slots.map { slot in
            let weight = rest.removeFirst()
            return HeadLayer(slot, weight: weight, bias: slot.hasBias ? rest.removeFirst() : nil)
        }
    }

    /// The parameters as they stand, in the order of their state names.
    public var parameters: [[Float]] { layers.flatMap(\.parameters) }

    /// Logits of embeddings [rows, input], row-major [rows, classes].
    public func logits(_ embeddings: [Float]) -> [Float] {
        let rows = embeddings.count / configuration.input
        let result = FloatBuffer(rows * configuration.classes)
        let pass = HeadPass(self, rows: min(rows, Self.rowsAtOnce), withGradients: false)
        for start in stride(from: 0, to: rows, by: Self.rowsAtOnce) {
            let count = min(Self.rowsAtOnce, rows - start)
            Workers.perform((count + Self.share - 1) / Self.share) { part in
                let range = part * Self.share..<min((part + 1) * Self.share, count)
                for row in range { pass.take(embeddings, start + row, as: row) }
                pass.forward(range)
                for row in range {
                    (result.start + (start + row) * self.configuration.classes)
                        .update(from: pass.logits(row), count: self.configuration.classes)
                }
            }
        }
        return result.values
    }

    /// Class probabilities of embeddings [rows, input], row-major [rows, classes]: the softmax, or
    /// with several labels a row the logistic function, of logits over the temperature. In double
    /// precision: what is written sums to 1 to the last digits.
    public func probabilities(_ embeddings: [Float]) -> [Double] {
        Self.probabilities(
            logits(embeddings), classes: configuration.classes, task: configuration.task,
            temperature: configuration.temperature)
    }

    /// Probabilities of logits, row-major [rows, classes].
    public static func probabilities(
        _ logits: [Float], classes: Int, task: HeadConfiguration.Task, temperature: Double
    ) -> [Double] {
        guard task == .single else {
            return logits.map { 1 / (1 + exp(-Double($0) / temperature)) }
        }
        var result = logits.map { Double($0) / temperature }
        for start in stride(from: 0, to: result.count, by: classes) {
            let range = start..<start + classes
            let largest = result[range].max() ?? 0
            var total = 0.0
            for index in range {
                result[index] = exp(result[index] - largest)
                total += result[index]
            }
            for index in range { result[index] /= total }
        }
        return result
    }

    private static let rowsAtOnce = 768
    /// Rows that one worker takes at a time.
    private static let share = 48
}

/// The parameters of one layer.
final class HeadLayer: @unchecked Sendable {
    // Unchecked: workers write panels of their own.
    let slot: HeadPlan.Slot
    /// A linear layer's weights; a norm has none here.
    let panels: Panels
    /// The bias, or the norm's; zeros where the slot has none.
    let bias: FloatBuffer
    /// The norm's weight.
    let scale: FloatBuffer
    /// The weights as they came, for the dead taps.
    private let first: [Float]
    /// What weight decay has left of the dead taps.
    var left = 1.0

    init(_ slot: HeadPlan.Slot, weight: [Float], bias: [Float]?) {
        self.slot = slot
        let isNorm = slot.kind == .norm
        panels = Panels(input: isNorm ? 0 : slot.input, output: isNorm ? 0 : slot.output)
        if !isNorm { panels.load(weight, taps: slot.taps ?? 1, tap: (slot.taps ?? 1) / 2) }
        let padded = Panels.padded(slot.output)
        self.bias = FloatBuffer(
            (bias ?? []) + .init(repeating: 0, count: padded - (bias?.count ?? 0)))
        scale = FloatBuffer(isNorm ? weight + .init(repeating: 0, count: padded - slot.output) : [])
        first = (slot.taps ?? 1) > 1 ? weight : []
    }

    /// Weight and bias as state dictionaries hold them.
    var parameters: [[Float]] {
        var weight: [Float]
        if slot.kind == .norm {
            weight = Array(scale.values.prefix(slot.output))
        } else {
            let taps = slot.taps ?? 1
            // A tap that meets no data has no gradient: AdamW only ever shrinks it.
            weight =
                first.isEmpty
                ? .init(repeating: 0, count: slot.output * slot.input)
                : first.map { Float(Double($0) * left) }
            panels.store(into: &weight, taps: taps, tap: taps / 2)
        }
        return [weight] + (slot.hasBias ? [Array(bias.values.prefix(slot.output))] : [])
    }

    /// Takes another layer's parameters.
    func copy(_ other: HeadLayer) {
        panels.buffer.copy(other.panels.buffer)
        bias.copy(other.bias)
        scale.copy(other.scale)
        left = other.left
    }
}
