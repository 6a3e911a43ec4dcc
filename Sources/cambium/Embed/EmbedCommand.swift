internal import ArgumentParser
internal import CambiumFiles
internal import CambiumJobs

/// `cambium embed`: images or texts to an array of embeddings.
struct EmbedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed",
        abstract: "Turn images or texts into embeddings (.npy and .keys.tsv).",
        discussion: """
            MODEL is a model folder (Cambium's or MedImageInsight's release as it stands), a \
            bundle (folder or tar), or raw-pixels:SIDE for the pixels themselves, the line a learned encoder must beat. With \
            --endpoint a server embeds them (cambium serve, or MedImageInsight's cloud endpoint): \
            what came is kept in FILE.npy.journal until all is there, so that the same command \
            goes on. Rows that the endpoint refuses are named in NAME.rejected.tsv, and the exit \
            status is 1. See docs/endpoint.md.
            """)

    @Option(help: "A model folder, a bundle, or raw-pixels:SIDE.")
    var model: String?

    @OptionGroup var remote: EndpointOptions

    @Option(
        parsing: .upToNextOption,
        help: "A table (*_images.tsv), a folder of images, or image files.")
    var images: [String] = []

    @OptionGroup var reading: ReadingOptions

    @Option(help: "A file with one text a line.")
    var texts: String?

    @Option(help: "The array to write; NAME.keys.tsv appears beside it.")
    var out: String

    @Option(help: "cpu, cuda, cuda:N, or auto.")
    var device = "auto"

    @Option(help: "Images or texts at a time.")
    var batchSize = 32

    @Option(help: "Threads that decode (default: one a core).")
    var workers: Int?

    @Flag(help: "Leave the embeddings at their own length.")
    var noNormalize = false

    @Flag(help: "Write half-precision numbers.")
    var float16 = false

    @Option(
        help: ArgumentHelp(
            "Use freshly drawn weights instead of the folder's, for an untrained reference.",
            valueName: "seed"))
    var untrained: UInt64?

    @Flag(
        help: ArgumentHelp(
            "MODEL is a training run's folder, or the model in it: use the weights that the run "
                + "started from."))
    var start = false

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard images.isEmpty != (texts == nil) else {
            throw ValidationError("Give --images or --texts, one of the two.")
        }
        guard (model == nil) != (remote.endpoint == nil) else {
            throw ValidationError("Give --model or --endpoint, one of the two.")
        }
        guard !start || untrained == nil && model?.hasPrefix("raw-pixels") != true else {
            throw ValidationError("--start is the weights of a training run; leave the others out.")
        }
        guard
            remote.endpoint == nil
                || (!start && untrained == nil && workers == nil && device == "auto")
        else {
            throw ValidationError(
                "--device, --workers, --start and --untrained are for models, not for --endpoint.")
        }
        guard (1...65536).contains(batchSize) else {
            throw ValidationError("--batch-size must be in 1...65536.")
        }
        try Arguments.requireWorkers(workers)
        guard out.hasSuffix(".npy") else { throw ValidationError("--out must end in .npy.") }
    }

    func run() throws {
        if let url = remote.endpoint { return try run(url) }
        guard let model else { return }
        let place = try RankPlace.ofThisProcess()
        var job = EmbeddingJob(model: model, out: out, at: place, log: shared.log)
        (job.device, job.batchSize, job.workers) = (device, batchSize, workers)
        (job.normalized, job.half, job.untrained) = (!noNormalize, float16, untrained)
        job.isStart = start
        job.reading = try reading.choice()
        try job.run(input)
        if place.leads { print(out) }
    }

    private var input: EmbeddingInput { texts.map { .texts($0) } ?? .images(images) }

    private func run(_ url: String) throws {
        guard try RankPlace.ofThisProcess().isAlone else {
            throw UsageError(
                "--endpoint: is work for one process; raise --concurrency in the place of launch")
        }
        let endpoint = try remote.opened(url, batchSize: batchSize)
        var job = EndpointJob(endpoint, out: out, log: shared.log)
        (job.normalized, job.half, job.reading) = (!noNormalize, float16, try reading.choice())
        let rejected = try job.run(input)
        print(out)
        guard rejected > 0 else { return }
        let note = "\(Amount.counted(rejected, "row")) rejected; see \(job.rejectedPath)"
        guard !remote.allowRejected else { return shared.log.warning(note) }
        Terminal.error("cambium: error: \(note)")
        throw ExitCode(1)
    }
}
