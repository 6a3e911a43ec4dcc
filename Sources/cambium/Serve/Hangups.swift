internal import CCambiumProcess
internal import Glibc

/// SIGHUP asks for a reload, as often as it comes.
enum Hangups {
    /// How many have come.
    static var count: Int { Int(cs_signal_count(SIGHUP)) }

    static func install() { cs_count_signal(SIGHUP, 1) }
}
