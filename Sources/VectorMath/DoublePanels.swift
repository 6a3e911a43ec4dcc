internal import CCambiumVectorMath

/// Products in float64 of rows that are stored in float32 with weights in panels of 16 columns:
/// element (i, o) of a matrix [input, output] is `values[(o / 16 * input + i) * 16 + o % 16]`.
public enum DoublePanels {
    /// Columns a panel.
    public static let width = Int(CN_PANEL) / 2

    /// Panels of so many columns.
    public static func count(_ output: Int) -> Int { (output + width - 1) / width }

    /// The place of an element.
    public static func index(row: Int, column: Int, input: Int) -> Int {
        (column / width * input + row) * width + column % width
    }

    /// `y` = `x` W for rows of `x` [rows, input]; `y` is [rows, panels * 16].
    public static func multiply(
        _ x: UnsafePointer<Double>, rows: Int, input: Int, panels: Int,
        _ weights: UnsafePointer<Double>, into y: UnsafeMutablePointer<Double>
    ) {
        for panel in 0..<panels {
            Kernels.best.forward64(
                x, input, Int32(rows), Int32(input), weights + panel * input * width,
                y + panel * width, panels * width)
        }
    }

    /// Adds `xᵀ y` to the panels of `gradient`.
    public static func addGradient(
        _ x: UnsafePointer<Double>, rows: Int, input: Int, panels: Int,
        _ y: UnsafePointer<Double>, to gradient: UnsafeMutablePointer<Double>
    ) {
        for panel in 0..<panels {
            Kernels.best.gradient64(
                x, input, y + panel * width, panels * width, Int32(rows), Int32(input),
                gradient + panel * input * width)
        }
    }
}
