internal import CCambiumProcess
internal import Foundation
internal import Glibc

/// What a process that `cambium launch` started knows of it.
enum Launcher {
    /// The variable with the launcher's process number.
    static let variable = "CAMBIUM_LAUNCHER_PID"
    /// The exit status of a rank that stopped because another is gone, and has said so.
    static let followingStatus: Int32 = 76

    /// Whether a launcher started this process.
    static var isParent: Bool { getenv(variable) != nil }

    /// Ends this process with its launcher, however that one ends.
    static func follow() {
        guard let text = getenv(variable), let launcher = pid_t(String(cString: text)) else {
            return
        }
        // What is on the disk is whole at any moment; nobody is left to wait for more.
        _ = cs_signal_at_parents_end(SIGKILL)
        // It may have ended before the kernel was asked.
        if getppid() != launcher { _exit(1) }
    }
}
