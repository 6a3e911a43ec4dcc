internal import CambiumFiles
internal import CambiumVectorMath

/// Trains a network step by step: each a batch forward and back, row by row, and AdamW in the same
/// sweep that makes the gradients of a panel. Every parameter decays, as the samples have it.
///
/// The mathematics is that of PyTorch's loss, backward and AdamW in float32. Parameters that no
/// data meets (dead taps) have gradients of zero there, so that AdamW only shrinks them; here that
/// happens once, at the end.
public final class HeadStepper: @unchecked Sendable {
    // Unchecked: workers write rows and panels of their own.

    /// What is trained.
    public let network: HeadNetwork
    private let pass: HeadPass
    private let moments: [Moments?]
    private let units: [Unit]
    private let batchSize: Int
    private let loss: HeadLoss
    private var number = 0

    /// AdamW's averages of one layer.
    private struct Moments: Sendable {
        let panels: (average: Panels, square: Panels)
        let bias: (average: FloatBuffer, square: FloatBuffer)
        let scale: (average: FloatBuffer, square: FloatBuffer)
    }

    /// Parameters that one worker steps: a panel of a linear layer, or a norm.
    private struct Unit: Sendable {
        let operation: Int
        let slot: Int
        let panel: Int
    }

    /// Prepares training by batches of at most `batchSize` rows.
    public init(_ network: HeadNetwork, batchSize: Int, loss: HeadLoss) {
        (self.network, self.batchSize, self.loss) = (network, batchSize, loss)
        pass = HeadPass(network, rows: batchSize, withGradients: true)
        moments = network.layers.map { layer in
            guard layer.slot.isTrained else { return nil }
            func zeros(_ buffer: FloatBuffer) -> (FloatBuffer, FloatBuffer) {
                (FloatBuffer(buffer.count), FloatBuffer(buffer.count))
            }
            return Moments(
                panels: (layer.panels.zeros, layer.panels.zeros), bias: zeros(layer.bias),
                scale: zeros(layer.scale))
        }
        units = network.plan.operations.enumerated().flatMap { index, operation -> [Unit] in
            switch operation {
            case .linear(let slot) where network.plan.slots[slot].isTrained:
                (0..<network.layers[slot].panels.count).map {
                    Unit(operation: index, slot: slot, panel: $0)
                }
            case .norm(let slot): [Unit(operation: index, slot: slot, panel: 0)]
            default: []
            }
        }
    }

    /// One step on rows of a table.
    /// - Parameters:
    ///   - embeddings: the table, row-major [rows, input].
    ///   - batch: the rows to take; at most as many as the batch size.
    /// - Returns: the mean loss before the step. Where it is not finite nothing was changed.
    public func step(
        _ embeddings: [Float], _ targets: HeadTargets, batch: [Int], rate: Double, decay: Double
    ) -> Double {
        precondition(batch.count <= batchSize, "a batch is at most as large as announced")
        let total =
            if case .classes(let all) = targets {
                loss.total(batch.map { all[$0] })
            } else { Double(batch.count) }
        let mean = sweep(embeddings, targets, batch, total) / total
        guard mean.isFinite else { return mean }
        number += 1
        update(batch.count, AdamWStep(number: number, rate: rate, decay: decay))
        for layer in network.layers where layer.slot.isTrained { layer.left *= 1 - rate * decay }
        return mean
    }

    /// Forward and back; gives the sum of the rows' losses, in the rows' order.
    private func sweep(
        _ embeddings: [Float], _ targets: HeadTargets, _ batch: [Int], _ total: Double
    ) -> Double {
        let share = max(8, (batch.count + Workers.count - 1) / Workers.count + 7) / 8 * 8
        let losses = FloatSums(batch.count)
        Workers.perform((batch.count + share - 1) / share) { part in
            let rows = part * share..<min((part + 1) * share, batch.count)
            for row in rows { pass.take(embeddings, batch[row], as: row) }
            pass.forward(rows)
            for row in rows { losses.values[row] = judge(row, batch, targets, total) }
            pass.backward(rows)
        }
        return (0..<batch.count).reduce(0) { $0 + losses.values[$1] }
    }

    private func judge(
        _ row: Int, _ batch: [Int], _ targets: HeadTargets, _ total: Double
    ) -> Double {
        let count = network.configuration.classes
        let (logits, last) = (pass.logits(row), pass.gradients.count - 1)
        let gradient = pass.gradients[last].row(row)
        switch targets {
        case .classes(let all):
            return loss.row(
                logits, count, truth: all[batch[row]], total: total, gradient: gradient)
        case .labels(let all):
            let start = batch[row] * count
            return loss.row(
                logits, count, labels: all[start..<start + count], rows: batch.count,
                gradient: gradient)
        }
    }

    private func update(_ rows: Int, _ step: AdamWStep) {
        // A few panels at a time: one alone is soon done.
        let parts = min(units.count, 4 * Workers.count)
        Workers.perform(parts) { part in
            for index in units.count * part / parts..<units.count * (part + 1) / parts {
                update(units[index], rows, step)
            }
        }
    }

    private func update(_ unit: Unit, _ rows: Int, _ step: AdamWStep) {
        guard let moments = moments[unit.slot] else { return }
        let layer = network.layers[unit.slot]
        let (x, y) = (pass.values[unit.operation], pass.gradients[unit.operation + 1])
        if layer.slot.kind == .norm {
            return updateNorm(unit, layer, moments, rows, step)
        }
        layer.panels.update(
            panel: unit.panel, average: moments.panels.average, square: moments.panels.square,
            x: x, y: y, rows: rows, step)
        guard layer.slot.hasBias else { return }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.panel) { sums in
            guard let sums = sums.baseAddress else { return }
            sums.initialize(repeating: 0, count: Self.panel)
            let column = unit.panel * Self.panel
            for row in 0..<rows {
                let gradient = y.row(row) + column
                for lane in 0..<Self.panel { sums[lane] += gradient[lane] }
            }
            step.update(
                layer.bias.start + column, gradients: sums,
                averages: moments.bias.average.start + column,
                squares: moments.bias.square.start + column, count: Self.panel)
        }
    }

    private func updateNorm(
        _ unit: Unit, _ layer: HeadLayer, _ moments: Moments, _ rows: Int, _ step: AdamWStep
    ) {
        guard let normal = pass.normal[unit.operation] else { return }
        let width = layer.bias.count
        let y = pass.gradients[unit.operation + 1]
        let (scale, bias) = (FloatBuffer(width), FloatBuffer(width))
        for row in 0..<rows {
            let (gradient, n) = (y.row(row), normal.row(row))
            for column in 0..<layer.slot.output {
                scale.start[column] += gradient[column] * n[column]
                bias.start[column] += gradient[column]
            }
        }
        step.update(
            layer.scale.start, gradients: scale.start, averages: moments.scale.average.start,
            squares: moments.scale.square.start, count: width)
        step.update(
            layer.bias.start, gradients: bias.start, averages: moments.bias.average.start,
            squares: moments.bias.square.start, count: width)
    }

    private static let panel = Panels.padded(1)
}

/// Sums that workers fill, a place each.
private final class FloatSums: @unchecked Sendable {
    let values: UnsafeMutablePointer<Double>
    init(_ count: Int) {
        values = .allocate(capacity: max(1, count))
        values.initialize(repeating: 0, count: max(1, count))
    }
    deinit { values.deallocate() }
}
