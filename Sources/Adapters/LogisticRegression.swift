internal import CambiumFiles
internal import CambiumVectorMath
internal import Foundation

/// Logistic regression with an L2 penalty on the weights, not on the intercepts, by L-BFGS in
/// float64: scikit-learn's `LogisticRegression(C=c)`. Several classes are multinomial, two have
/// one row of weights, several labels a row are independent of each other.
public struct LogisticRegression: Sendable {
    /// A fitted model.
    public struct Model: Sendable {
        /// The inverse of the penalty's strength, scikit-learn's C.
        public let strength: Double
        /// Weights [rows, width]; of two classes one row, for the second.
        public let weights: [Double]
        /// Intercepts, a row each.
        public let intercepts: [Double]
        /// Values of an embedding.
        public let width: Int
        /// Steps that it took from where it began.
        public let steps: Int
        let parameters: [Double]

        /// The parameters of a linear head for `classes` classes: weight [classes, width], bias.
        public func linear(classes: Int) -> (weight: [Float], bias: [Float]) {
            let missing = classes - intercepts.count
            return (
                .init(repeating: 0, count: missing * width) + weights.map(Float.init),
                .init(repeating: 0, count: missing) + intercepts.map(Float.init)
            )
        }

        /// Logits of embeddings, row-major [rows, classes].
        public func logits(_ embeddings: [Float], classes: Int) -> [Float] {
            let (weight, bias) = linear(classes: classes)
            return HeadNetwork(
                HeadConfiguration(.linear, input: width, classes: classes), [weight, bias]
            ).logits(embeddings)
        }
    }

    /// The largest element of the mean loss's gradient at the end.
    public var tolerance = 1e-4
    /// A weight a class; nil weighs all alike.
    public var classWeights: [Float]?

    /// Ends at the tolerance above.
    public init() {}

    /// The strengths from 0.01 to 100,000, two a decade: embeddings of length 1 need weak
    /// penalties.
    public static let path = (-4...10).map { pow(10, Double($0) / 2) }

    /// Models along a path of strengths, each begun where the one before ended.
    public func fit(_ rows: HeadRows, classes: Int, path: [Double]) -> [Model] {
        let problem = LogisticProblem(rows, classes: classes, classWeights: classWeights)
        var solver = LBFGS()
        solver.tolerance = tolerance
        var point = [Double](repeating: 0, count: problem.size)
        return path.map { strength in
            let outcome = solver.minimize(&point) { problem.value($0, strength, &$1) }
            return problem.model(point, strength, steps: outcome.steps)
        }
    }
}

/// The function that is minimised: the rows' mean loss and the penalty, over parameters in panels
/// followed by intercepts.
private final class LogisticProblem: @unchecked Sendable {
    // Unchecked: workers write sums of their own.
    private let rows: HeadRows
    private let width: Int
    private let columns: Int
    private let panels: Int
    private let classWeights: [Float]?
    private let total: Double
    private let blocks: [Range<Int>]
    private var sums: [Sums]

    /// What a block of rows adds.
    private final class Sums {
        var loss = 0.0
        let gradient: UnsafeMutablePointer<Double>
        let chunk: UnsafeMutablePointer<Double>
        let logits: UnsafeMutablePointer<Double>

        init(size: Int, width: Int, columns: Int) {
            gradient = .allocate(capacity: size)
            chunk = .allocate(capacity: LogisticProblem.together * width)
            logits = .allocate(capacity: LogisticProblem.together * columns)
        }
        deinit {
            gradient.deallocate()
            chunk.deallocate()
            logits.deallocate()
        }
    }

    /// Rows that are converted to float64 at a time: they stay in a core's cache.
    fileprivate static let together = 32

    init(_ rows: HeadRows, classes: Int, classWeights: [Float]?) {
        (self.rows, self.classWeights) = (rows, classWeights)
        width = rows.width
        if case .classes = rows.targets, classes == 2 { columns = 1 } else { columns = classes }
        panels = DoublePanels.count(columns)
        let count = rows.count
        if case .classes(let all) = rows.targets, let classWeights {
            total = all.reduce(0) { $0 + Double(classWeights[$1]) }
        } else {
            total = Double(count)
        }
        // A fixed number of blocks, added in their order: the same sums on any number of cores.
        let parts = max(1, min(8, count / Self.together))
        blocks = (0..<parts).map { count * $0 / parts..<count * ($0 + 1) / parts }
        sums = []
        sums = blocks.map { _ in
            Sums(size: size, width: width, columns: panels * DoublePanels.width)
        }
    }

    private var weightCount: Int { panels * width * DoublePanels.width }
    var size: Int { weightCount + panels * DoublePanels.width }

    func value(_ point: [Double], _ strength: Double, _ gradient: inout [Double]) -> Double {
        Workers.perform(blocks.count) { block in
            point.withUnsafeBufferPointer { add(blocks[block], $0, sums[block]) }
        }
        let penalty = 1 / (strength * total)
        var value = 0.0
        for part in sums { value += part.loss / total }
        gradient.withUnsafeMutableBufferPointer { gradient in
            for index in gradient.indices { gradient[index] = 0 }
            for part in sums {
                for index in gradient.indices { gradient[index] += part.gradient[index] }
            }
            for index in gradient.indices { gradient[index] /= total }
            for index in 0..<weightCount {
                gradient[index] += penalty * point[index]
                value += penalty / 2 * point[index] * point[index]
            }
        }
        return value
    }

    private func add(_ range: Range<Int>, _ point: UnsafeBufferPointer<Double>, _ sums: Sums) {
        guard let weights = point.baseAddress else { return }
        sums.loss = 0
        sums.gradient.update(repeating: 0, count: size)
        let step = panels * DoublePanels.width
        rows.embeddings.withUnsafeBufferPointer { embeddings in
            for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.together) {
                let count = min(Self.together, range.upperBound - start)
                let source = embeddings.baseAddress.map { $0 + start * width }
                guard let source else { return }
                for index in 0..<count * width { sums.chunk[index] = Double(source[index]) }
                DoublePanels.multiply(
                    sums.chunk, rows: count, input: width, panels: panels, weights,
                    into: sums.logits)
                for row in 0..<count {
                    let logits = sums.logits + row * step
                    for column in 0..<columns { logits[column] += weights[weightCount + column] }
                    sums.loss += judge(start + row, logits)
                    for column in 0..<step {
                        sums.gradient[weightCount + column] += logits[column]
                    }
                }
                DoublePanels.addGradient(
                    sums.chunk, rows: count, input: width, panels: panels, sums.logits,
                    to: sums.gradient)
            }
        }
    }

    /// A row's loss; its logits become their gradient, zeros beyond the last class.
    private func judge(_ row: Int, _ logits: UnsafeMutablePointer<Double>) -> Double {
        switch rows.targets {
        case .labels(let labels):
            return (0..<columns).reduce(0) { sum, column in
                let target = Double(labels[row * columns + column])
                let weight = target > 0.5 ? classWeights.map { Double($0[column]) } ?? 1 : 1
                return sum + Self.logistic(&logits[column], target: target, weight)
            }
        case .classes(let classes):
            let truth = classes[row]
            let weight = classWeights.map { Double($0[truth]) } ?? 1
            if columns == 1 {
                return Self.logistic(&logits[0], target: Double(truth), weight)
            }
            var largest = -Double.infinity
            for column in 0..<columns { largest = max(largest, logits[column]) }
            let own = logits[truth]
            var sum = 0.0
            for column in 0..<columns {
                logits[column] = exp(logits[column] - largest)
                sum += logits[column]
            }
            for column in 0..<columns { logits[column] *= weight / sum }
            logits[truth] -= weight
            return weight * (log(sum) + largest - own)
        }
    }

    private static func logistic(_ z: inout Double, target: Double, _ weight: Double) -> Double {
        let rest = log1p(exp(-abs(z)))
        let loss = target * (rest + max(-z, 0)) + (1 - target) * (rest + max(z, 0))
        let p = z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z))
        z = weight * (p - target)
        return weight * loss
    }

    func model(
        _ point: [Double], _ strength: Double, steps: Int
    ) -> LogisticRegression.Model {
        var weights = [Double](repeating: 0, count: columns * width)
        for column in 0..<columns {
            for row in 0..<width {
                weights[column * width + row] =
                    point[DoublePanels.index(row: row, column: column, input: width)]
            }
        }
        return LogisticRegression.Model(
            strength: strength, weights: weights,
            intercepts: Array(point[weightCount..<weightCount + columns]), width: width,
            steps: steps, parameters: point)
    }
}
