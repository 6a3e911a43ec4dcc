internal import ArgumentParser
internal import CambiumJobs

/// How logs are written to standard error.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

/// Options that every working command takes: `@OptionGroup var shared: SharedOptions`.
struct SharedOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Only warnings and errors on standard error.")
    var quiet = false

    @Option(help: "Write logs as plain text or as one JSON object a line.")
    var logFormat = LogFormat.text

    /// The log these options ask for.
    var log: Log { Log(to: TerminalLog(quiet: quiet, format: logFormat)) }
}
