internal import ArgumentParser
internal import CambiumFiles
internal import CambiumJobs
@preconcurrency internal import Glibc

/// How one run of the program ended, and what the user is told about it.
enum Outcome {
    case success
    /// What was asked for by `--help` or `--version`.
    case information(String)
    /// The work failed: exit status 1.
    case failure(String)
    /// The arguments cannot be used: exit status 2.
    case unusable(String)
    /// Another rank of the same work is gone.
    case lost(String)
    /// The command chose a status and has said why itself.
    case status(Int32)

    /// Parses the arguments and runs the command they name.
    init(of arguments: [String]) {
        do {
            try Self.requireCommand(arguments)
            var command = try Cambium.parseAsRoot(arguments)
            try command.run()
            self = .success
        } catch {
            self = Self.describe(error)
        }
    }

    /// Names what is no command, with the nearest that is one: the parser would complain about the
    /// first option behind it.
    private static func requireCommand(_ arguments: [String]) throws {
        let names =
            Cambium.configuration.subcommands.compactMap { $0.configuration.commandName }
            + ["help"]
        guard let name = arguments.first, !name.hasPrefix("-"), !names.contains(name) else {
            return
        }
        let nearest = NearestName.of(name, in: names).map { "did you mean \($0)?" }
        throw UsageError(
            "\(name): is no command of cambium; \(nearest ?? "see cambium --help")")
    }

    /// What an error ends the program with.
    init(_ error: any Error) { self = Self.describe(error) }

    /// Prints what is to be said, one line for an error, and gives the exit status.
    func announce() -> Int32 {
        Temporaries.waitOutInterruption()
        switch self {
        case .success: return flushed(0)
        case .information(let text):
            print(text)
            return flushed(0)
        case .status(let code): return flushed(code)
        case .failure(let text): return complain(text, 1)
        case .unusable(let text): return complain(text, 2)
        case .lost(let text): return complain(text, RankEnd.lossStatus)
        }
    }

    private static func describe(_ error: any Error) -> Outcome {
        if let error = error as? UsageError { return .unusable(error.description) }
        if let error = error as? LostRank { return .lost(error.description) }
        if let error = error as? ExitCode { return .status(error.rawValue) }
        switch Cambium.exitCode(for: error) {
        case .success: return .information(Cambium.fullMessage(for: error))
        case .validationFailure: return .unusable(usage(error))
        default: return .failure(String(describing: error))
        }
    }

    /// ArgumentParser's message and its pointer to the right `--help`, on one line.
    private static func usage(_ error: any Error) -> String {
        let message = Cambium.message(for: error)
        let lines = Cambium.fullMessage(for: error).split(separator: "\n")
        let hint = lines.first { $0.contains("--help") } ?? "See 'cambium --help'."
        let stop = message.last.map { ".?!".contains($0) } ?? true
        return "\(message)\(stop ? "" : ".") \(hint.trimmingPrefix { $0 == " " })"
    }

    private func complain(_ text: String, _ status: Int32) -> Int32 {
        fflush(nil)
        Terminal.error("cambium: error: \(text.onOneLine)")
        return status
    }

    /// Results that never reached standard output (a full disk behind `>`) are no success.
    private func flushed(_ status: Int32) -> Int32 {
        let isLost = fflush(nil) != 0 || ferror(stdout) != 0
        guard isLost, status == 0 else { return status }
        // The reader had enough (`| head`): the end a shell expects, without a word.
        if errno == EPIPE { return 128 + SIGPIPE }
        let reason = String(cString: strerror(errno))
        return complain("standard output: cannot write: \(reason); the result is lost", 1)
    }
}
