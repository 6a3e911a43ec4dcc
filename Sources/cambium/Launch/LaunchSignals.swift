internal import CCambiumProcess
internal import CambiumJobs
internal import Glibc

/// The signals that a launcher passes on, in the place of the program's own handling.
enum LaunchSignals {
    private static let numbers = [SIGINT, SIGTERM, SIGHUP]

    /// Catches them from now on; a poll that waits ends with each.
    static func install() {
        for number in numbers {
            var action = sigaction()
            sigaction(number, nil, &action)
            // `nohup` keeps its promise.
            let isIgnored =
                unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
                == unsafeBitCast(SIG_IGN, to: Int.self)
            if number == SIGHUP, isIgnored { continue }
            cs_count_signal(number, 0)
        }
    }

    /// The last one and how many came.
    static var received: (number: Int32, count: Int) {
        let count = numbers.reduce(0) { $0 + Int(cs_signal_count($1)) }
        return (cs_last_signal(), count)
    }
}

extension StopSignals {
    /// Those that the program gets, which jobs pass on to their processes.
    static var passedOn: StopSignals {
        StopSignals(begin: LaunchSignals.install, received: { LaunchSignals.received })
    }
}
