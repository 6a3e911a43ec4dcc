internal import CambiumJobs
internal import Glibc
internal import Synchronization

/// The signals that a launcher passes on, in the place of the program's own handling.
enum LaunchSignals {
    private static let last = Atomic<Int32>(0)
    private static let count = Atomic<Int>(0)

    /// Catches them from now on; a poll that waits ends with each.
    static func install() {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            var action = sigaction()
            sigaction(number, nil, &action)
            // `nohup` keeps its promise.
            let isIgnored =
                unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
                == unsafeBitCast(SIG_IGN, to: Int.self)
            if number == SIGHUP, isIgnored { continue }
            action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                LaunchSignals.last.store(number, ordering: .relaxed)
                LaunchSignals.count.add(1, ordering: .relaxed)
            }
            sigaction(number, &action, nil)
        }
    }

    /// The last one and how many came.
    static var received: (number: Int32, count: Int) {
        (last.load(ordering: .relaxed), count.load(ordering: .relaxed))
    }
}

extension StopSignals {
    /// Those that the program gets, which jobs pass on to their processes.
    static var passedOn: StopSignals {
        StopSignals(begin: LaunchSignals.install, received: { LaunchSignals.received })
    }
}
