internal import Glibc

/// What this process is writing under temporary names (`NAME.partial-PID`), so that an
/// interruption can remove it, and what dead processes left under such names.
public enum Temporaries {
    private static let paths = Lock<Set<String>>([])

    /// The temporary name for something that will stand at `path`.
    static func name(for path: String) -> String { "\(path).partial-\(getpid())" }

    /// Remembers a path before anything is written there.
    static func begin(_ path: String) { paths.withLock { _ = $0.insert(path) } }

    /// Whether a path lies in a folder that is still under its temporary name.
    static func hold(_ path: String) -> Bool {
        paths.withLock { $0.contains { path.hasPrefix("\($0)/") } }
    }

    /// Gives a path its final name, or removes it, and forgets it: an interruption comes before
    /// or after, never between.
    static func end<Failure: Error>(
        _ path: String, _ body: () throws(Failure) -> Void
    ) throws(Failure) {
        try paths.withLock { paths throws(Failure) in
            // Still to be removed when the body throws.
            try body()
            paths.remove(path)
        }
    }

    /// Removes everything that is being written and ends the process inside the lock: whoever
    /// wants to begin or end a temporary after this waits for ever instead of seeing its files
    /// vanish.
    public static func removeAll(then exit: () -> Never) -> Never {
        paths.withLock { paths in
            // A thread that is still writing may fill a folder while it is emptied.
            for _ in 0..<100 {
                for path in paths { try? FileSystem.remove(path) }
                paths = paths.filter { FileSystem.isLink($0) || FileSystem.kind($0) != nil }
                if paths.isEmpty { break }
                usleep(10_000)
            }
            exit()
        }
    }

    /// Returns at once, or never when ``removeAll(then:)`` has begun: the end of the process is
    /// the interruption's, not that of the error it causes.
    public static func waitOutInterruption() { paths.withLock { _ in } }

    /// Removes what processes that were killed left beside `path` under its temporary names. What
    /// a living process holds, here or on another machine, stays; one that has been killed but is
    /// not gone yet is waited for. `salvage` may take something out of each before it goes.
    public static func sweep(beside path: String, salvage: (String) -> Void = { _ in }) {
        let (folder, prefix) = (FileSystem.parent(path), "\(FileSystem.name(path)).partial-")
        guard let names = try? FileSystem.names(in: folder) else { return }
        for name in names where name.hasPrefix(prefix) {
            guard let process = pid_t(name.dropFirst(prefix.count)), process > 0,
                process != getpid()
            else { continue }
            let stale = "\(folder)/\(name)"
            guard isAbandoned(stale, by: process) else { continue }
            salvage(stale)
            try? FileSystem.remove(stale)
        }
    }

    /// Seconds that a killed process may take to go: it does not before the kernel has ended what
    /// it asked for, and gives its memory back first.
    private static let patience = 10.0

    /// Whether nobody works on a temporary any more.
    private static func isAbandoned(_ path: String, by process: pid_t) -> Bool {
        let last = ContinuousClock.now + .seconds(patience)
        while true {
            let state = ProcessState(process)
            if state == .gone || state == .ended, FileSystem.isLink(path) || isFree(path) {
                return true
            }
            // A lock that is held although the process is gone is somebody else's.
            guard state == .killed || state == .ended, ContinuousClock.now < last else {
                return false
            }
            usleep(10_000)
        }
    }

    /// Whether nobody holds the lock that every writer takes on its temporary.
    private static func isFree(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }
}
