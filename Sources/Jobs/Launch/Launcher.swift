internal import CCambiumProcess
internal import Glibc

/// What a process that `cambium launch` started knows of it.
package enum Launcher {
    /// The variable with the launcher's process number.
    package static let variable = "CAMBIUM_LAUNCHER_PID"
    /// The exit status of a rank that stopped because another is gone, and has said so.
    package static let followingStatus: Int32 = 76

    /// Whether a launcher started this process.
    package static var isParent: Bool { getenv(variable) != nil }

    /// Lets the kernel end this process with its launcher, however that one ends.
    /// - Returns: false where the launcher has ended before the kernel was asked.
    package static func follow() -> Bool {
        guard let text = getenv(variable), let launcher = pid_t(String(cString: text)) else {
            return true
        }
        // What is on the disk is whole at any moment; nobody is left to wait for more.
        _ = cs_signal_at_parents_end(SIGKILL)
        return getppid() == launcher
    }
}
