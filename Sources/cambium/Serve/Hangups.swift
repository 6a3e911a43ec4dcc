internal import Glibc
internal import Synchronization

/// SIGHUP asks for a reload, as often as it comes.
enum Hangups {
    private static let seen = Atomic<Int>(0)

    /// How many have come.
    static var count: Int { seen.load(ordering: .relaxed) }

    static func install() {
        var action = sigaction()
        action.sa_flags = SA_RESTART
        action.__sigaction_handler.sa_handler = { _ in
            Hangups.seen.add(1, ordering: .relaxed)
        }
        sigaction(SIGHUP, &action, nil)
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGHUP)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }
}
