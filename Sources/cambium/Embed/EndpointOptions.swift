internal import ArgumentParser
internal import CambiumFiles
internal import CambiumJobs
internal import CambiumRemote

/// How `cambium embed --endpoint` calls an endpoint.
struct EndpointOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Embed by an endpoint in the place of a model: where requests are posted to.",
            valueName: "url"))
    var endpoint: String?

    @Option(help: ArgumentHelp("A file with the endpoint's bearer token.", valueName: "file"))
    var tokenFile: String?

    @Option(
        help: ArgumentHelp(
            "Certificates (PEM) to trust in the place of the system's.", valueName: "file"))
    var caCertificate: String?

    @Option(help: "Requests to the endpoint at the same time.")
    var concurrency = 4

    @Option(help: "Seconds that one request may take.")
    var requestTimeout = 120.0

    @Option(help: "How often a request is sent again that failed for no fault of its own.")
    var retries = 8

    @Flag(help: "Succeed although rows were rejected; they are in NAME.rejected.tsv.")
    var allowRejected = false

    func validate() throws {
        guard (1...256).contains(concurrency) else {
            throw ValidationError("--concurrency must be in 1...256.")
        }
        guard (0.1...86_400).contains(requestTimeout) else {
            throw ValidationError("--request-timeout must be in 0.1...86400 seconds.")
        }
        guard (0...1000).contains(retries) else {
            throw ValidationError("--retries must be in 0...1000.")
        }
        guard endpoint != nil || (tokenFile == nil && caCertificate == nil && !allowRejected) else {
            throw ValidationError(
                "--token-file, --ca-certificate and --allow-rejected need --endpoint.")
        }
    }

    /// The endpoint, with its token.
    func opened(_ url: String, batchSize: Int) throws -> Endpoint {
        guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
            throw UsageError("--endpoint \(url): must begin with https:// or http://")
        }
        var result = Endpoint(url: url)
        result.token = try tokenFile.map(Self.token)
        if let caCertificate { try Paths.requireFile(caCertificate) }
        result.certificates = caCertificate
        (result.concurrency, result.timeout) = (concurrency, requestTimeout)
        (result.retries, result.batchSize) = (retries, batchSize)
        return result
    }

    private static func token(_ path: String) throws -> String {
        try Paths.requireFile(path)
        let text = try FileSystem.readText(path)
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 1, words[0].utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw UsageError("\(path): must hold one token, of visible ASCII characters")
        }
        return String(words[0])
    }
}
