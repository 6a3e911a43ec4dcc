internal import CCambiumVectorMath
internal import CambiumFiles

/// Many rows of equal width, packed for products with other rows: training embeddings that
/// queries are compared with.
public struct PackedRows: Sendable {
    /// Number of rows.
    public let count: Int
    private let panels: Panels

    /// Rows that are treated together.
    public static let panel = Int(CN_PANEL)

    /// Number of panels of ``panel`` rows; the last is filled up with rows of zeros.
    public var panelCount: Int { panels.count }

    /// Packs rows of `values` [count, width], each times its factor.
    public init(_ values: [Float], width: Int, factors: [Double]) {
        count = factors.count
        panels = Panels(input: width, output: factors.count)
        let (target, count) = (panels.buffer, count)
        Workers.perform(panels.count) { panel in
            let first = panel * Self.panel
            values.withUnsafeBufferPointer { values in
                for row in first..<min(first + Self.panel, count) {
                    var place = target.start + first * width + (row - first)
                    let (start, factor) = (row * width, factors[row])
                    for column in 0..<width {
                        place.pointee = Float(Double(values[start + column]) * factor)
                        place += Self.panel
                    }
                }
            }
        }
    }

    /// Products of queries with the rows of one panel: 32 numbers a query.
    public func multiply(
        panel: Int, _ queries: UnsafePointer<Float>, stride: Int, rows: Int,
        into products: UnsafeMutablePointer<Float>
    ) {
        panels.multiply(
            panel: panel, queries, stride: stride, rows: rows, bias: nil, into: products,
            stride: Self.panel)
    }

    /// Replaces products of one panel, 32 a query, by `offsets` + `factor` times themselves, and
    /// notes in `hits` the queries of which some value is at most the query's limit.
    /// - Returns: how many there are; `hits` has room for one more than all queries.
    public static func near(
        _ products: UnsafeMutablePointer<Float>, rows: Int, offsets: UnsafePointer<Float>,
        factor: Float, limits: UnsafePointer<Float>, hits: UnsafeMutablePointer<Int32>
    ) -> Int {
        Int(Kernels.best.near(products, Int32(rows), offsets, factor, limits, hits))
    }
}
