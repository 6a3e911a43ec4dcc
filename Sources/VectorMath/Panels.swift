internal import CCambiumVectorMath

/// A matrix of weights [output, input] laid out for products with few rows: panels of 32 outputs,
/// input by input, zeros beyond the last output.
public struct Panels: Sendable {
    /// Columns of a row that goes in.
    public let input: Int
    /// Columns of a row that comes out.
    public let output: Int
    /// The weights.
    public let buffer: FloatBuffer

    /// Number of panels.
    public var count: Int { Self.padded(output) / Kernels.panel }

    /// A matrix of zeros.
    public init(input: Int, output: Int) {
        (self.input, self.output) = (input, output)
        buffer = FloatBuffer(Self.padded(output) * input)
    }

    /// A width rounded up to whole panels.
    public static func padded(_ width: Int) -> Int {
        (width + Kernels.panel - 1) / Kernels.panel * Kernels.panel
    }

    /// Another matrix of the same sizes, of zeros.
    public var zeros: Panels { Panels(input: input, output: output) }

    /// Takes the weights [output, input, taps], of which one tap counts.
    public func load(_ rows: [Float], taps: Int = 1, tap: Int = 0) {
        forEach { index, place in buffer.start[place] = rows[index * taps + tap] }
    }

    /// Puts the weights into [output, input, taps].
    public func store(into rows: inout [Float], taps: Int = 1, tap: Int = 0) {
        rows.withUnsafeMutableBufferPointer { rows in
            forEach { index, place in rows[index * taps + tap] = buffer.start[place] }
        }
    }

    private func forEach(_ body: (_ index: Int, _ place: Int) -> Void) {
        for column in 0..<output {
            let first = column / Kernels.panel * input * Kernels.panel + column % Kernels.panel
            for row in 0..<input { body(column * input + row, first + row * Kernels.panel) }
        }
    }

    private func panel(_ index: Int) -> UnsafeMutablePointer<Float> {
        buffer.start + index * input * Kernels.panel
    }

    /// One panel of the product of rows: 32 columns of `y`.
    public func multiply(
        panel index: Int, _ x: UnsafePointer<Float>, stride: Int, rows: Int,
        bias: UnsafePointer<Float>?, into y: UnsafeMutablePointer<Float>, stride out: Int
    ) {
        Kernels.best.forward(
            x, stride, Int32(rows), Int32(input), panel(index), bias, y, out)
    }

    /// `y` = `x` Wᵀ + `bias` for rows of `x`; all padded columns of `y` are written.
    public func multiply(
        _ x: UnsafePointer<Float>, stride: Int, rows: Int, bias: UnsafePointer<Float>?,
        into y: UnsafeMutablePointer<Float>, stride out: Int
    ) {
        for index in 0..<count {
            let column = index * Kernels.panel
            multiply(
                panel: index, x, stride: stride, rows: rows, bias: bias.map { $0 + column },
                into: y + column, stride: out)
        }
    }

    /// `x` = `y` W for rows of `y`: gradients on the way back.
    public func multiplyBack(
        _ y: UnsafePointer<Float>, stride: Int, rows: Int,
        into x: UnsafeMutablePointer<Float>, stride out: Int
    ) {
        // Few columns at a time, so that their weights of all panels stay near.
        for from in Swift.stride(from: 0, to: input, by: 64) {
            Kernels.best.backward(
                y, stride, Int32(rows), Int32(input), Int32(count), buffer.start, Int32(from),
                Int32(min(from + 64, input)), x, out)
        }
    }

    /// AdamW's step of one panel with the gradient of rows `x` and the gradients `y` of what they
    /// became; the gradient itself is nowhere stored.
    public func update(
        panel index: Int, average: Panels, square: Panels, x: RowBuffer, y: RowBuffer, rows: Int,
        _ step: AdamWStep
    ) {
        Kernels.best.update(
            x.buffer.start, x.stride, y.buffer.start + index * Kernels.panel, y.stride,
            Int32(rows), Int32(input), panel(index), average.panel(index), square.panel(index),
            step.constants)
    }
}

/// AdamW's constants at one step.
public struct AdamWStep: Sendable {
    let constants: cn_adamw

    /// The `number`-th step, from 1.
    public init(
        number: Int, rate: Double, decay: Double, betas: (Double, Double) = (0.9, 0.999),
        epsilon: Double = 1e-8
    ) {
        let (first, second) = (
            1 - Self.power(betas.0, number), 1 - Self.power(betas.1, number)
        )
        constants = cn_adamw(
            decay: Float(1 - rate * decay), beta1: Float(betas.0), beta2: Float(betas.1),
            size: Float(rate / first), root: Float(1 / second.squareRoot()),
            epsilon: Float(epsilon))
    }

    /// Steps values whose gradients are known; all are of one size, a multiple of 16.
    public func update(
        _ values: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
        averages: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>, count: Int
    ) {
        Kernels.best.adamw(values, gradients, averages, squares, Int32(count), constants)
    }

    /// `base` to a whole power, by squaring.
    public static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, factor, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= factor }
            factor *= factor
            rest >>= 1
        }
        return result
    }
}

/// GELU with the exact normal distribution, of a multiple of 16 values.
public enum GELU {
    /// `y` = GELU(`x`).
    public static func apply(
        _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int
    ) {
        Kernels.best.gelu(x, y, Int32(count))
    }

    /// Multiplies gradients by the derivative at `x`.
    public static func back(
        _ x: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, count: Int
    ) {
        Kernels.best.gelu_backward(x, gradient, Int32(count))
    }
}
