internal import Glibc

/// Whether a process goes on, as the kernel tells it.
enum ProcessState {
    /// It works or waits.
    case living
    /// It has been killed, but the kernel still does what it asked for.
    case killed
    /// It has ended, and its parent has not asked how; some of its threads may be ending.
    case ended
    /// There is none.
    case gone

    /// The state of the process with this number.
    init(_ process: pid_t) {
        guard kill(process, 0) == 0 || errno != ESRCH else {
            self = .gone
            return
        }
        let lines = Machine.text("/proc/\(process)/status").split(separator: "\n")
        if lines.isEmpty {
            self = kill(process, 0) == 0 || errno != ESRCH ? .living : .gone
            return
        }
        func field(_ name: String) -> Substring? {
            lines.first { $0.hasPrefix("\(name):") }?
                .dropFirst(name.count + 1).drop(while: \.isWhitespace)
        }
        let isKilled = ["SigPnd", "ShdPnd"].contains { name in
            let signals = field(name).flatMap { UInt64($0, radix: 16) } ?? 0
            return signals & 1 << UInt64(SIGKILL - 1) != 0
        }
        switch field("State")?.first {
        case "Z", "X": self = .ended
        default: self = isKilled ? .killed : .living
        }
    }
}
