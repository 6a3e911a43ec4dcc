internal import CambiumFiles
internal import CambiumJobs
internal import Foundation
internal import Glibc

/// Ctrl-C ends the program with status 130, a request to terminate with 143, a lost terminal with
/// 129; what stands under a temporary name is removed first. A second signal ends it at once.
/// Training asks to be told instead, and stops by itself.
enum Interruption {
    /// The pipe's ends: the handler writes the signal's number, a thread of its own reads it,
    /// since hardly anything may be called inside a handler.
    nonisolated(unsafe) private static var pipe: (read: Int32, write: Int32) = (-1, -1)

    private static let state = Lock<(isGraceful: Bool, said: String?, request: Int32?)>(
        (false, nil, nil))

    /// The signal that asks to stop, since ``beGraceful()``.
    static var request: Int32? { state.withLock { $0.request } }

    /// From now on the first signal is only noted; `said` tells whoever sits at the screen.
    static func beGraceful(saying said: String?) {
        state.withLock { ($0.isGraceful, $0.said) = (true, said) }
    }

    static func install() {
        // Writing past a limit or to nobody is an error of that write, told as any other.
        signal(SIGXFSZ, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        pipe = (ends[0], ends[1])
        Thread.detachNewThread {
            var number = awaited()
            if noted(number) { number = awaited() }
            end(with: number)
        }
        for number in [SIGINT, SIGTERM] { handle(number) }
        if !isIgnored(SIGHUP) { handle(SIGHUP) }
    }

    private static func handle(_ number: Int32) {
        var action = sigaction()
        action.sa_flags = SA_RESTART | Int32(bitPattern: UInt32(SA_RESETHAND))
        action.__sigaction_handler.sa_handler = { number in
            let code = errno
            var byte = UInt8(truncatingIfNeeded: number)
            _ = write(Interruption.pipe.write, &byte, 1)
            errno = code
        }
        sigaction(number, &action, nil)
        // Whoever started the program may have blocked it, which is inherited.
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, number)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    /// `nohup` keeps its promise.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    private static func noted(_ number: Int32) -> Bool {
        let (isGraceful, said) = state.withLock { state in
            if state.isGraceful { state.request = number }
            return (state.isGraceful, state.said)
        }
        if isGraceful, Terminal.isScreen, let said { Terminal.error("\n\(said)") }
        return isGraceful
    }

    private static func awaited() -> Int32 {
        var byte: UInt8 = 0
        while read(pipe.read, &byte, 1) < 0, errno == EINTR {}
        return Int32(byte)
    }

    private static func end(with number: Int32) -> Never {
        Temporaries.removeAll {
            // The launcher speaks for all.
            if Launcher.isParent { _exit(128 + number) }
            let reason = number == SIGINT ? "interrupted" : "ended by signal \(number)"
            Terminal.error("\(Terminal.isScreen ? "\n" : "")cambium: \(reason)")
            _exit(128 + number)
        }
    }
}
