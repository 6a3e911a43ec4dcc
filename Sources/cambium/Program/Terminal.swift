internal import Glibc

/// Standard error: whole lines, and what is known about the screen behind it.
enum Terminal {
    /// Whether standard error is a screen that a bar can be drawn on.
    static let isScreen = isatty(STDERR_FILENO) == 1 && getenv("CI") == nil

    /// Columns of the screen.
    static var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes one line to standard error.
    static func error(_ line: String) { raw("\(line)\n") }

    /// Writes text to standard error in one call, so that lines of several threads do not mix.
    static func raw(_ text: String) {
        var text = text
        text.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
