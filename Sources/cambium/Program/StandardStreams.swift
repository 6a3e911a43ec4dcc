internal import Glibc

/// Descriptors 0, 1 and 2, which whoever starts a program may have closed.
enum StandardStreams {
    /// Opens the null device where one is closed, before anything else is opened: the next file or
    /// pipe would get its number, and be read or written by whoever means the screen. Who closes a
    /// stream asks for nothing on it, so the command's status stays that of its work.
    static func reopen() {
        for (stream, mode) in [
            (STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_WRONLY), (STDERR_FILENO, O_WRONLY),
        ] where fcntl(stream, F_GETFD) < 0 {
            // The lowest free number is the one that was found closed.
            _ = open("/dev/null", mode)
        }
    }
}
