internal import CCambiumVectorMath

/// The kernels for this processor's vectors.
enum Kernels {
    // Constants of the C side.
    nonisolated(unsafe) static let best = cn_best().pointee
    /// Columns a panel.
    static let panel = Int(CN_PANEL)
}
