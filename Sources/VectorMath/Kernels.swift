internal import CCambiumVectorMath
internal import Dispatch
internal import Glibc

/// The kernels for this processor's vectors.
enum Kernels {
    // Constants of the C side.
    nonisolated(unsafe) static let best = cn_best().pointee
    /// Columns a panel.
    static let panel = Int(CN_PANEL)
}

/// Work in parts on all cores. What a part computes must not depend on the number of cores.
public enum Workers {
    /// How many parts run at the same time.
    public static let count = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

    /// Runs `body` for 0, 1 ... parts - 1, in any order and at the same time.
    public static func perform(_ parts: Int, _ body: @Sendable (Int) -> Void) {
        guard parts > 1 else {
            if parts == 1 { body(0) }
            return
        }
        DispatchQueue.concurrentPerform(iterations: parts, execute: body)
    }
}
