import CCambiumVectorMath
import CambiumVectorMath
import Foundation
import Testing

/// The kernels of every kind of vectors that this processor has, beside plain loops in float64.
@Suite struct KernelsTests {
    private static let names = ["avx512", "avx2", "portable"].filter { (name: String) in
        cn_named(name) != nil
    }

    private func kernels(_ name: String) throws -> cn_kernels {
        try #require(cn_named(name)).pointee
    }

    private func wave(_ count: Int, _ step: Double) -> [Float] {
        (0..<count).map { Float(sin(step * Double($0) + 0.3)) }
    }

    private func expectClose(_ value: Float, _ reference: Double, _ tolerance: Double) {
        #expect(abs(Double(value) - reference) <= tolerance * max(1, abs(reference)))
    }

    @Test(arguments: names, [1, 3, 8, 16, 29])
    func `a panel's product and its way back are those of plain sums`(
        name: String, rows: Int
    ) throws {
        let kernels = try kernels(name)
        let (input, stride) = (37, 40)
        let (x, panel, bias) = (wave(rows * stride, 0.7), wave(input * 32, 0.11), wave(32, 0.5))
        var y = [Float](repeating: 9, count: rows * 48)
        kernels.forward(x, stride, Int32(rows), Int32(input), panel, bias, &y, 48)
        for row in 0..<rows {
            for column in 0..<32 {
                let sum = (0..<input).reduce(Double(bias[column])) {
                    $0 + Double(x[row * stride + $1]) * Double(panel[$1 * 32 + column])
                }
                expectClose(y[row * 48 + column], sum, 1e-5)
            }
            #expect(y[row * 48 + 32] == 9)
        }
        var back = [Float](repeating: 9, count: rows * stride)
        kernels.backward(y, 48, Int32(rows), Int32(input), 1, panel, 2, 35, &back, stride)
        for row in 0..<rows {
            for channel in 2..<35 {
                let sum = (0..<32).reduce(0.0) {
                    $0 + Double(y[row * 48 + $1]) * Double(panel[channel * 32 + $1])
                }
                expectClose(back[row * stride + channel], sum, 1e-4)
            }
            #expect(back[row * stride + 1] == 9 && back[row * stride + 35] == 9)
        }
    }

    @Test(arguments: names)
    func `a row's product does not depend on the rows beside it`(name: String) throws {
        let kernels = try kernels(name)
        let (rows, input) = (45, 64)
        let (x, panel) = (wave(rows * input, 0.7), wave(input * 32, 0.11))
        var together = [Float](repeating: 0, count: rows * 32)
        kernels.forward(x, input, Int32(rows), Int32(input), panel, nil, &together, 32)
        for row in 0..<rows {
            var alone = [Float](repeating: 0, count: 32)
            kernels.forward(
                Array(x[(row * input)...]), input, 1, Int32(input), panel, nil, &alone, 32)
            #expect(alone == Array(together[row * 32..<row * 32 + 32]))
        }
    }

    @Test(arguments: names)
    func `an update is AdamW's with the sum over rows as gradient`(name: String) throws {
        let kernels = try kernels(name)
        let (rows, input) = (5, 11)
        let (x, y) = (wave(rows * input, 0.7), wave(rows * 32, 0.3))
        var (panel, average, square) = (
            wave(input * 32, 0.11), wave(input * 32, 0.2), wave(input * 32, 0.4).map { $0 * $0 }
        )
        let before = (panel, average, square)
        let settings = cn_adamw(
            decay: 0.99, beta1: 0.9, beta2: 0.999, size: 0.01, root: 3, epsilon: 1e-8)
        kernels.update(
            x, input, y, 32, Int32(rows), Int32(input), &panel, &average, &square, settings)
        for index in panel.indices {
            let gradient = (0..<rows).reduce(0.0) {
                $0 + Double(x[$1 * input + index / 32]) * Double(y[$1 * 32 + index % 32])
            }
            let m = 0.9 * Double(before.1[index]) + 0.1 * gradient
            let v = 0.999 * Double(before.2[index]) + 0.001 * gradient * gradient
            expectClose(average[index], m, 1e-6)
            expectClose(square[index], v, 1e-6)
            expectClose(
                panel[index],
                0.99 * Double(before.0[index]) - 0.01 * m / (v.squareRoot() * 3 + 1e-8),
                1e-5)
        }
    }

    @Test(arguments: names)
    func `GELU and its derivative are those of the error function`(name: String) throws {
        let kernels = try kernels(name)
        let x = (0..<4096).map { Float($0 - 2048) / 256 } + [-1e30, 1e30, -0.0, 0] + wave(12, 1)
        var (y, slope) = (x, [Float](repeating: 1, count: x.count))
        kernels.gelu(x, &y, Int32(x.count))
        kernels.gelu_backward(x, &slope, Int32(x.count))
        for index in x.indices {
            let value = Double(x[index])
            let share = (1 + erf(value / 2.0.squareRoot())) / 2
            expectClose(y[index], value * share, 1e-6)
            let density = exp(-value * value / 2) / (2 * Double.pi).squareRoot()
            expectClose(slope[index], share + (abs(value) > 40 ? 0 : value * density), 1e-6)
        }
    }

    @Test(arguments: names, [1, 8, 13])
    func `products in float64 are exact to its rounding`(name: String, rows: Int) throws {
        let kernels = try kernels(name)
        let input = 21
        let x = (0..<rows * input).map { sin(0.7 * Double($0)) }
        let panel = (0..<input * 16).map { cos(0.3 * Double($0)) }
        var y = [Double](repeating: 0, count: rows * 16)
        kernels.forward64(x, input, Int32(rows), Int32(input), panel, &y, 16)
        var gradient = [Double](repeating: 0.5, count: input * 16)
        kernels.gradient64(x, input, y, 16, Int32(rows), Int32(input), &gradient)
        for column in 0..<16 {
            for row in 0..<rows {
                let sum = (0..<input).reduce(0) {
                    $0 + x[row * input + $1] * panel[$1 * 16 + column]
                }
                #expect(abs(y[row * 16 + column] - sum) < 1e-13)
            }
            for channel in 0..<input {
                let sum = (0..<rows).reduce(0.5) {
                    $0 + x[$1 * input + channel] * y[$1 * 16 + column]
                }
                #expect(abs(gradient[channel * 16 + column] - sum) < 1e-12)
            }
        }
    }

    @Test(arguments: names)
    func `rows with a value within their limit are noted`(name: String) throws {
        let kernels = try kernels(name)
        let rows = 9
        var products = wave(rows * 32, 0.37)
        let (before, offsets) = (products, wave(32, 0.9))
        let limits = (0..<rows).map { Float($0) - 3.5 }
        var hits = [Int32](repeating: -1, count: rows + 1)
        let count = Int(kernels.near(&products, Int32(rows), offsets, -2, limits, &hits))
        let expected = (0..<rows).filter { row in
            (0..<32).contains { -2 * before[row * 32 + $0] + offsets[$0] <= limits[row] }
        }
        #expect(hits[..<count].map(Int.init) == expected && (1..<rows).contains(count))
        for index in products.indices {
            expectClose(
                products[index], -2 * Double(before[index]) + Double(offsets[index % 32]), 1e-6)
        }
    }

    @Test func `weights come out of their panels as they went in`() {
        let panels = Panels(input: 5, output: 35)
        let weights = wave(35 * 5 * 3, 0.1)
        panels.load(weights, taps: 3, tap: 1)
        var copy = weights
        for index in 0..<35 * 5 { copy[index * 3 + 1] = 0 }
        panels.store(into: &copy, taps: 3, tap: 1)
        #expect(copy == weights && panels.count == 2)
    }
}
