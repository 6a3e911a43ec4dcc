import CambiumVectorMath
import Foundation
import Testing

@Suite struct LBFGSTests {
    /// Numbers without a generator: fractions of multiples of an irrational.
    private func number(_ index: Int) -> Double {
        let x = Double(index + 1) * 0.618_033_988_749_894_9
        return x - x.rounded(.down) - 0.5
    }

    @Test(arguments: [2, 9, 40], [0.0, 3, 6])
    func `a bowl's lowest point is found, however long it is`(size: Int, decades: Double) {
        // f = sum over rows r of (a_r . (x - c))^2 / 2 + sum of w_i (x_i - c_i)^2 / 2
        let center = (0..<size).map { 10 * number($0) }
        let rows = (0..<size).map { row in (0..<size).map { number(row * size + $0 + 77) } }
        let weights = (0..<size).map { pow(10, decades * Double($0) / Double(size - 1) - 3) }
        var minimizer = LBFGS()
        minimizer.tolerance = 1e-9
        var point = [Double](repeating: 0, count: size)
        var evaluations = 0
        let outcome = minimizer.minimize(&point) { x, gradient in
            evaluations += 1
            let shift = zip(x, center).map { $0 - $1 }
            var value = 0.0
            for index in 0..<size {
                value += weights[index] * shift[index] * shift[index] / 2
                gradient[index] = weights[index] * shift[index]
            }
            for row in rows {
                let along = zip(row, shift).reduce(0) { $0 + $1.0 * $1.1 }
                value += along * along / 2
                for index in 0..<size { gradient[index] += along * row[index] }
            }
            return value
        }
        #expect(outcome.hasConverged && outcome.value < 1e-12 && outcome.steps <= evaluations)
        // The weakest direction has a curvature of at least 0.001.
        for (x, c) in zip(point, center) { #expect(abs(x - c) < 1e-5) }
    }

    @Test func `Rosenbrock's valley is followed to its end`() {
        var minimizer = LBFGS()
        minimizer.tolerance = 1e-9
        for start in [[-1.2, 1], [0, 0], [-3, -4], [2, 50]] {
            var point = start
            let outcome = minimizer.minimize(&point) { x, gradient in
                let (a, b) = (1 - x[0], x[1] - x[0] * x[0])
                gradient = [-2 * a - 400 * x[0] * b, 200 * b]
                return a * a + 100 * b * b
            }
            #expect(outcome.hasConverged && outcome.steps < 200)
            #expect(abs(point[0] - 1) < 1e-8 && abs(point[1] - 1) < 1e-8)
        }
    }

    @Test func `where the start is the end no step is taken`() {
        var point = [3.0]
        let outcome = LBFGS().minimize(&point) { x, gradient in
            gradient = [x[0] - 3]
            return (x[0] - 3) * (x[0] - 3) / 2
        }
        #expect(outcome.hasConverged && outcome.steps == 0 && outcome.value == 0 && point == [3])
    }

    @Test func `the limit of steps ends it, lower than it began`() {
        var minimizer = LBFGS()
        minimizer.iterations = 3
        var point = [-1.2, 1.0]
        var first: Double?
        let outcome = minimizer.minimize(&point) { x, gradient in
            let (a, b) = (1 - x[0], x[1] - x[0] * x[0])
            gradient = [-2 * a - 400 * x[0] * b, 200 * b]
            let value = a * a + 100 * b * b
            if first == nil { first = value }
            return value
        }
        #expect(!outcome.hasConverged && outcome.steps == 3)
        #expect(outcome.value < first ?? 0)
    }

    @Test func `a function that is no number anywhere does not converge`() {
        var point = [1.0, 2]
        let outcome = LBFGS().minimize(&point) { _, gradient in
            gradient = [.nan, .nan]
            return .nan
        }
        #expect(!outcome.hasConverged && point == [1, 2])
    }

    @Test func `a cliff of no numbers is kept away from`() {
        // log x - x has its maximum at 1 and no value below 0.
        var point = [0.01]
        let outcome = LBFGS().minimize(&point) { x, gradient in
            gradient = [1 - 1 / x[0]]
            return x[0] - log(x[0])
        }
        #expect(outcome.hasConverged && abs(point[0] - 1) < 1e-3)
    }

    /// A narrow bowl turned against the axes: the memory is what makes few steps of many.
    @Test func `a long memory takes fewer looks than a short one`() {
        func looks(_ memory: Int) -> Int {
            var minimizer = LBFGS()
            (minimizer.memory, minimizer.tolerance) = (memory, 1e-7)
            var point = (0..<24).map { 10 * number($0) }
            var looks = 0
            let outcome = minimizer.minimize(&point) { x, gradient in
                looks += 1
                var value = 0.0
                for index in 0..<24 { gradient[index] = 1e-3 * x[index] }
                for index in 0..<24 {
                    value += 5e-4 * x[index] * x[index]
                    let next = (index + 1) % 24
                    let (weight, gap) = (pow(4, Double(index % 5)), x[index] - x[next] / 2)
                    value += weight * gap * gap / 2
                    gradient[index] += weight * gap
                    gradient[next] -= weight * gap / 2
                }
                return value
            }
            #expect(outcome.hasConverged)
            return looks
        }
        #expect(4 * looks(12) < 3 * looks(1) && looks(12) < 300)
    }
}
