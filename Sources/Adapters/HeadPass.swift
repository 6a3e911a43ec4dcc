internal import CambiumVectorMath
internal import Foundation

/// A batch on its way through a head, and its gradients on the way back. Rows are independent of
/// each other, so that workers take ranges of them.
final class HeadPass: @unchecked Sendable {
    // Unchecked: workers write rows of their own.
    private let network: HeadNetwork
    /// What each operation gives, and before all the input.
    let values: [RowBuffer]
    /// The losses' gradients with respect to `values`; without them, empty.
    let gradients: [RowBuffer]
    /// A norm's input, normalised, and one over its deviation (the column after the last).
    let normal: [RowBuffer?]
    /// The first operation that changes a parameter.
    private let firstTrained: Int

    init(_ network: HeadNetwork, rows: Int, withGradients: Bool) {
        self.network = network
        let widths = [network.configuration.input] + network.widths
        values = widths.map { RowBuffer(rows: rows, width: $0) }
        gradients = withGradients ? widths.map { RowBuffer(rows: rows, width: $0) } : []
        normal = zip(network.plan.operations, network.widths).map { operation, width in
            if case .norm = operation { RowBuffer(rows: rows, width: width) } else { nil }
        }
        firstTrained =
            network.plan.operations.firstIndex { operation in
                switch operation {
                case .linear(let slot), .norm(let slot): network.plan.slots[slot].isTrained
                default: false
                }
            } ?? 0
    }

    /// Puts an embedding into a row.
    func take(_ embeddings: [Float], _ index: Int, as row: Int) {
        let width = network.configuration.input
        embeddings.withUnsafeBufferPointer { embeddings in
            guard let base = embeddings.baseAddress else { return }
            values[0].row(row).update(from: base + index * width, count: width)
        }
    }

    /// The logits of a row.
    func logits(_ row: Int) -> UnsafeMutablePointer<Float> { values[values.count - 1].row(row) }

    /// All operations on a range of rows.
    func forward(_ rows: Range<Int>) {
        for (index, operation) in network.plan.operations.enumerated() {
            let (x, y, width) = (values[index], values[index + 1], network.widths[index])
            switch operation {
            case .linear(let slot): multiply(x, y, rows, network.layers[slot])
            case .norm(let slot): normalize(index, rows, network.layers[slot], width)
            case .gelu:
                for row in rows {
                    GELU.apply(x.row(row), into: y.row(row), count: Panels.padded(width))
                }
            case .relu: map(x, y, rows, width) { value, _ in max(value, 0) }
            case .blend(let share):
                map(x, y, rows, width) { value, input in share * value + (1 - share) * input }
            case .unit: unit(x, y, rows, width)
            case .affinity(let beta): map(x, y, rows, width) { value, _ in exp(beta * (value - 1)) }
            case .addLinear(let slot):
                multiply(values[0], y, rows, network.layers[slot])
                for row in rows {
                    for column in 0..<width { y.row(row)[column] += x.row(row)[column] }
                }
            }
        }
    }

    private func multiply(_ x: RowBuffer, _ y: RowBuffer, _ rows: Range<Int>, _ layer: HeadLayer) {
        layer.panels.multiply(
            x.row(rows.lowerBound), stride: x.stride, rows: rows.count, bias: layer.bias.start,
            into: y.row(rows.lowerBound), stride: y.stride)
    }

    private func map(
        _ x: RowBuffer, _ y: RowBuffer, _ rows: Range<Int>, _ width: Int,
        _ body: (_ value: Float, _ input: Float) -> Float
    ) {
        let isWide = width <= network.configuration.input
        for row in rows {
            let (x, y, input) = (x.row(row), y.row(row), values[0].row(row))
            for column in 0..<width { y[column] = body(x[column], isWide ? input[column] : 0) }
        }
    }

    private func unit(_ x: RowBuffer, _ y: RowBuffer, _ rows: Range<Int>, _ width: Int) {
        for row in rows {
            let length = max(Self.dot(x.row(row), x.row(row), width).squareRoot(), 1e-12)
            for column in 0..<width { y.row(row)[column] = x.row(row)[column] / length }
        }
    }

    private func normalize(_ index: Int, _ rows: Range<Int>, _ layer: HeadLayer, _ width: Int) {
        guard let kept = normal[index] else { return }
        let (scale, bias) = (layer.scale.start, layer.bias.start)
        for row in rows {
            let (x, y, n) = (values[index].row(row), values[index + 1].row(row), kept.row(row))
            let mean = Self.sum(x, width) / Float(width)
            for column in 0..<width { n[column] = x[column] - mean }
            let variance = Self.dot(n, n, width) / Float(width)
            let factor = 1 / (variance + 1e-5).squareRoot()
            for column in 0..<width {
                n[column] *= factor
                y[column] = n[column] * scale[column] + bias[column]
            }
            n[kept.stride - 1] = factor
        }
    }

    static func sum(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
        var lanes = SIMD8<Float>.zero
        let whole = count / 8 * 8
        for start in stride(from: 0, to: whole, by: 8) { lanes += read(x + start) }
        return (whole..<count).reduce(lanes.sum()) { $0 + x[$1] }
    }

    static func dot(
        _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ count: Int
    ) -> Float {
        var lanes = SIMD8<Float>.zero
        let whole = count / 8 * 8
        for start in stride(from: 0, to: whole, by: 8) {
            lanes += read(x + start) * read(y + start)
        }
        return (whole..<count).reduce(lanes.sum()) { $0 + x[$1] * y[$1] }
    }

    private static func read(_ x: UnsafePointer<Float>) -> SIMD8<Float> {
        UnsafeRawPointer(x).loadUnaligned(as: SIMD8<Float>.self)
    }
}

extension HeadPass {
    /// From the gradients of the logits to those of every value that a parameter needs.
    func backward(_ rows: Range<Int>) {
        for index in network.plan.operations.indices.reversed() where index > firstTrained {
            let (from, to) = (gradients[index + 1], gradients[index])
            let (x, y, width) = (values[index], values[index + 1], network.widths[index])
            switch network.plan.operations[index] {
            case .linear(let slot):
                network.layers[slot].panels.multiplyBack(
                    from.row(rows.lowerBound), stride: from.stride, rows: rows.count,
                    into: to.row(rows.lowerBound), stride: to.stride)
            case .norm(let slot): normalizeBack(index, rows, network.layers[slot], width)
            case .gelu:
                for row in rows {
                    to.row(row).update(from: from.row(row), count: width)
                    GELU.back(x.row(row), to.row(row), count: Panels.padded(width))
                }
            case .relu:
                each(rows, width) { to.row($0)[$1] = x.row($0)[$1] > 0 ? from.row($0)[$1] : 0 }
            case .blend(let share): each(rows, width) { to.row($0)[$1] = share * from.row($0)[$1] }
            case .unit: unitBack(x, y, from, to, rows, width)
            case .affinity(let beta):
                each(rows, width) { to.row($0)[$1] = beta * y.row($0)[$1] * from.row($0)[$1] }
            case .addLinear: each(rows, width) { to.row($0)[$1] = from.row($0)[$1] }
            }
        }
    }

    private func each(_ rows: Range<Int>, _ width: Int, _ body: (_ row: Int, _ column: Int) -> Void)
    {
        for row in rows { for column in 0..<width { body(row, column) } }
    }

    private func unitBack(
        _ x: RowBuffer, _ y: RowBuffer, _ from: RowBuffer, _ to: RowBuffer, _ rows: Range<Int>,
        _ width: Int
    ) {
        for row in rows {
            let length = max(Self.dot(x.row(row), x.row(row), width).squareRoot(), 1e-12)
            let along = Self.dot(y.row(row), from.row(row), width)
            for column in 0..<width {
                to.row(row)[column] = (from.row(row)[column] - y.row(row)[column] * along) / length
            }
        }
    }

    private func normalizeBack(_ index: Int, _ rows: Range<Int>, _ layer: HeadLayer, _ width: Int) {
        guard let kept = normal[index] else { return }
        let scale = layer.scale.start
        for row in rows {
            let (from, to, n) = (
                gradients[index + 1].row(row), gradients[index].row(row), kept.row(row)
            )
            for column in 0..<width { to[column] = from[column] * scale[column] }
            let mean = Self.sum(to, width) / Float(width)
            let along = Self.dot(to, n, width) / Float(width)
            let factor = n[kept.stride - 1]
            for column in 0..<width {
                to[column] = factor * (to[column] - mean - n[column] * along)
            }
        }
    }
}
