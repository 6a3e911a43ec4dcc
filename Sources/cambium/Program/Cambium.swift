internal import ArgumentParser
internal import CambiumFiles
internal import CambiumJobs
internal import Glibc

/// The program: parses, runs one command, answers with an exit status.
@main
struct Cambium: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cambium",
        abstract: "Graft a hospital's labels onto a medical image-text foundation model.",
        version: Release.version,
        subcommands: [
            NewCommand.self,
            PrepareCommand.self,
            ValidateCommand.self,
            TrainCommand.self,
            EmbedCommand.self,
            AdaptCommand.self,
            EvaluateCommand.self,
            UMAPCommand.self,
            CompareCommand.self,
            ReportCommand.self,
            PackageCommand.self,
            PredictCommand.self,
            VerifyCommand.self,
            ServeCommand.self,
            InspectCommand.self,
            DoctorCommand.self,
            LaunchCommand.self,
            RunCommand.self,
        ])

    /// The command as results name it.
    static var commandLine: [String] { ["cambium"] + CommandLine.arguments.dropFirst() }

    static func main() {
        StandardStreams.reopen()
        WaitingThreads.sleepSoon()
        guard Launcher.follow() else { _exit(1) }
        StageProgram.become()
        Interruption.install()
        Glibc.exit(Outcome(of: Array(CommandLine.arguments.dropFirst())).announce())
    }
}
