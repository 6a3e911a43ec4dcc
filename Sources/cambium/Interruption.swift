internal import Glibc

/// Ctrl-C ends the program with status 130. Files are written under a temporary name until they
/// are whole, so nothing half-written is left under a final one.
enum Interruption {
    static func install() {
        signal(SIGINT) { _ in
            // Only calls that are safe inside a signal handler.
            let text: StaticString = "\ncambium: interrupted\n"
            _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
            _exit(130)
        }
    }
}
