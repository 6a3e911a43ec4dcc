internal import ArgumentParser
internal import CambiumFiles
internal import CambiumImaging
internal import CambiumJobs
internal import CambiumPackaging
internal import CambiumServing

/// How `cambium serve` works: batches, limits, times.
struct ServeWorkOptions: ParsableArguments {
    @Option(help: "Rows that go through a model together.")
    var maxBatch = 32

    @Option(
        help: ArgumentHelp(
            "How long a prepared row waits for others that are on their way.", valueName: "ms"))
    var maxWaitMs = 5.0

    @Option(help: "Rows under way at most; more requests are answered 429.")
    var queue = 1024

    @Option(help: "Threads that decode (default: one a core).")
    var workers: Int?

    @Option(help: "Rows of one request.")
    var maxRows = 1024

    @Option(help: "Megabytes of one request's body.")
    var maxBodyMb = 64

    @Option(help: "Megabytes of all requests' bodies under way.")
    var maxBodiesMb = 512

    @Option(help: "Millions of pixels of one image.")
    var maxMegapixels = 50.0

    @Option(help: "Connections at a time; more wait.")
    var maxConnections = 1024

    @Option(help: "Seconds from a request's body to its answer; then 504.")
    var deadline = 60.0

    @Option(help: "Seconds for a body to arrive; then 408.")
    var bodyTimeout = 30.0

    @Option(help: "Seconds that a connection may be idle.")
    var idleTimeout = 60.0

    @Option(help: "Seconds that /readyz says no before a stopping server takes no connections.")
    var drainDelay = 1.0

    @Option(help: "Seconds for the requests under way to end after that.")
    var drainTimeout = 30.0

    func validate() throws {
        try require("--max-batch", maxBatch, 1...4096)
        try require("--max-wait-ms", maxWaitMs, 0...10_000)
        try require("--queue", queue, 1...1_000_000)
        try require("--max-rows", maxRows, 1...queue)
        try require("--max-body-mb", maxBodyMb, 1...2048)
        try require("--max-bodies-mb", maxBodiesMb, maxBodyMb...1_000_000)
        try require("--max-megapixels", maxMegapixels, 0.001...2000)
        try require("--max-connections", maxConnections, 1...100_000)
        try require("--deadline", deadline, 0.01...86_400)
        try require("--body-timeout", bodyTimeout, 0.1...86_400)
        try require("--idle-timeout", idleTimeout, 0.1...86_400)
        try require("--drain-delay", drainDelay, 0...3600)
        try require("--drain-timeout", drainTimeout, 0.1...86_400)
        try Arguments.requireWorkers(workers)
    }

    private func require<Value: Comparable>(
        _ name: String, _ value: Value, _ range: ClosedRange<Value>
    ) throws {
        guard range.contains(value) else {
            throw ValidationError("\(name) must be in \(range.lowerBound)...\(range.upperBound).")
        }
    }

    func apply(to settings: inout ServiceSettings) {
        settings.batching = Batching(
            size: maxBatch, wait: .seconds(maxWaitMs / 1000), queue: queue)
        settings.workers = workers ?? max(1, Int(Machine.cores))
        settings.limits.rows = maxRows
        settings.limits.body = maxBodyMb << 20
        settings.limits.bodies = maxBodiesMb << 20
        settings.limits.connections = maxConnections
        settings.limits.image = ImageLimits(
            maxPixels: Int(maxMegapixels * 1_000_000), maxBytes: maxBodyMb << 20)
        settings.times.deadline = .seconds(deadline)
        settings.times.body = .seconds(bodyTimeout)
        settings.times.idle = .seconds(idleTimeout)
        settings.times.notice = .seconds(drainDelay)
        settings.times.drain = .seconds(drainTimeout)
    }
}

/// Who may call `cambium serve`, and what is written down of it.
struct ServeAccessOptions: ParsableArguments {
    @Option(help: "A file of bearer tokens, one a line; without it, everyone may call.")
    var tokens: String?

    @Option(help: "A file of tokens that may reload models over HTTP.")
    var adminTokens: String?

    @Option(help: "The certificate chain (PEM), for HTTPS.")
    var tlsCertificate: String?

    @Option(help: "Its private key (PEM).")
    var tlsKey: String?

    @Option(help: "Where a JSON line a request goes: a file, - for standard error, or none.")
    var accessLog = "-"

    func validate() throws {
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key belong together.")
        }
    }

    func apply(to settings: inout ServiceSettings) throws {
        for file in [tokens, adminTokens, tlsCertificate, tlsKey] {
            if let file { try Paths.requireFile(file) }
        }
        (settings.tokens, settings.adminTokens) = (tokens, adminTokens)
        if let tlsCertificate, let tlsKey { settings.tls = (tlsCertificate, tlsKey) }
    }
}

/// What `cambium serve` answers with.
struct ServeAnswerOptions: ParsableArguments {
    @Option(
        help: "The answers' form where a request names none: object, rows or predictions.",
        transform: Self.shape)
    var response = ResponseShape.object

    @Option(
        help: ArgumentHelp(
            "Bring every image into the cloud's form first, as in 512,75: resize to a square, "
                + "JPEG of this quality, decode.", valueName: "size,quality"))
    var standardize: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Embeddings (.npy) of known images by a model (the first unless named), to show the "
                + "nearest; may stand once a model.", valueName: "name=file"))
    var neighbors: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "The table (*_images.tsv) of the same images, to show them.", valueName: "name=file"))
    var neighborImages: [String] = []

    private static func shape(_ name: String) throws -> ResponseShape {
        guard let shape = ResponseShape(rawValue: name) else {
            throw ValidationError("--response takes object, rows or predictions, not '\(name)'.")
        }
        return shape
    }

    func validate() throws {
        if let standardize, ImageStandardization(argument: standardize) == nil {
            throw ValidationError(
                "--standardize takes a size of 1 to 2048 and a quality of 1 to 100, as in 512,75.")
        }
    }

    func apply(to settings: inout ServiceSettings) throws {
        settings.shape = response
        settings.standardization = standardize.flatMap { ImageStandardization(argument: $0) }
        let names = settings.models.map(\.name)
        let tables = try Self.files(neighbors, "--neighbors", names)
        let images = try Self.files(neighborImages, "--neighbor-images", names)
        for name in images.keys.sorted() where tables[name] == nil {
            throw UsageError("--neighbor-images for \(name) needs --neighbors for it")
        }
        settings.examples = Dictionary(
            uniqueKeysWithValues: tables.map { name, table in
                (name, ExampleSource(embeddings: table, images: images[name]))
            })
    }

    /// Files by the model they are for: `NAME=FILE`, or `FILE` for the first.
    private static func files(
        _ arguments: [String], _ option: String, _ models: [String]
    ) throws -> [String: String] {
        var files: [String: String] = [:]
        for argument in arguments {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            let isNamed = parts.count == 2 && models.contains(parts[0])
            let (name, path) = isNamed ? (parts[0], parts[1]) : (models.first ?? "", argument)
            if parts.count == 2, !isNamed, FileSystem.kind(path) == nil {
                throw UsageError(
                    "\(option) \(argument): no model is served as \(parts[0]); served are "
                        + models.joined(separator: ", "))
            }
            try Paths.requireFile(path)
            guard files.updateValue(path, forKey: name) == nil else {
                throw UsageError(
                    "\(option): two files are for \(name); name the models, as in NAME=FILE")
            }
        }
        return files
    }
}
