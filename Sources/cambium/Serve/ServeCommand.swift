internal import ArgumentParser
internal import CambiumFiles
internal import CambiumJobs
internal import CambiumServing
internal import Glibc

/// `cambium serve`: bundles and encoders over HTTP.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve bundles and encoders over HTTP, as the embedding endpoint documents.",
        discussion: """
            POST /score is answered by the first model, /v1/models/NAME/score by the one named. \
            The address is printed once requests are taken. SIGTERM lets the requests under way \
            end; SIGHUP reads tokens and models again without dropping one.
            """)

    @Argument(help: "Bundles, folders or tars, PATH or NAME=PATH.")
    var bundle: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "A model folder (or a bundle) to serve for embeddings only, PATH or NAME=PATH; may stand "
                + "several times.",
            valueName: "name=folder"))
    var model: [String] = []

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port; 0 takes a free one.")
    var port = 8080

    @Option(help: "cpu, cuda, cuda:N, or auto.")
    var device = "auto"

    @OptionGroup(title: "Work") var work: ServeWorkOptions

    @OptionGroup(title: "Access") var access: ServeAccessOptions

    @OptionGroup(title: "Answers") var answers: ServeAnswerOptions

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard !bundle.isEmpty || !model.isEmpty else {
            throw ValidationError("Name a bundle, or a model folder with --model.")
        }
        guard (0...65535).contains(port) else {
            throw ValidationError("--port must be in 0...65535.")
        }
    }

    func run() throws {
        let models = try ServeJob.sources(bundles: bundle, encoders: model)
        var settings = ServiceSettings(models: models)
        (settings.host, settings.port) = (host, port)
        settings.device = try Arguments.device(device)
        work.apply(to: &settings)
        try access.apply(to: &settings)
        try answers.apply(to: &settings)
        Interruption.beGraceful(saying: "letting the requests under way end; once more to stop now")
        Hangups.install()
        let accessLog = try AccessLogFile(access.accessLog)
        let job = ServeJob(settings, log: shared.log)
        let requests = ServeJob.Requests(
            stop: { Interruption.request != nil }, reloads: { Hangups.count })
        try Arguments.checked {
            try Waiting.run {
                try await job.run(requests, access: accessLog.write) { address in
                    print(address)
                    fflush(nil)
                }
            }
        }
    }
}
