internal import ArgumentParser
internal import CambiumCorpus
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumImaging
internal import CambiumJobs

/// What every `evaluate` command is told about its output, and the one way all of them end.
struct EvaluateOptions: ParsableArguments {
    @Option(help: "The folder to write; it must not exist, or be empty.")
    var out: String

    @Option(help: "What reports call the method.")
    var name: String?

    @Option(
        help: ArgumentHelp(
            "Show the most confident mistakes with these images: a table (*_images.tsv) or a folder.",
            valueName: "table|folder"))
    var images: String?

    @Option(
        help: ArgumentHelp(
            "Rows that belong together (slices of a volume, images of a patient), for the "
                + "intervals: a line KEY<TAB>GROUP for every key.", valueName: "file"))
    var groups: String?

    @Option(help: "Resamples of the bootstrap intervals.")
    var resamples = 1000

    @Option(help: "Seed of the bootstrap.")
    var seed = 42

    @Flag(help: "Print metrics.json instead of the summary.")
    var json = false

    @OptionGroup var protocols: ProtocolOptions

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard (1...100_000).contains(resamples) else {
            throw ValidationError("--resamples must be in 1...100000.")
        }
    }

    /// Checks, before the work, that the result will have a place.
    func requireRoom() throws {
        try Self.checked { try EvaluationOutput.requireFree(out) }
    }

    /// Measures, writes and prints a result.
    /// - Parameters:
    ///   - name: what the method is called where `--name` says nothing.
    ///   - keys: a key a row; empty when rows have none.
    ///   - inputs: the files that the scores came from; their digests go into the report.
    ///   - validation: rows to choose thresholds on, where `--validation` names none.
    func finish(
        name: String, _ predictions: Predictions, keys: [String], inputs: [String],
        validation: ValidationRows? = nil
    ) throws {
        let thumbnails = try images.map { try Thumbnails($0, log: shared.log) }
        let plan = try plan(LabelledScores(predictions), keys, validation)
        let output = try EvaluationOutput(
            name: self.name ?? name, predictions: predictions, keys: keys,
            provenance: try provenance(inputs), plan: plan,
            thumbnail: { thumbnails?.jpeg(of: $0) })
        try output.write(to: out)
        let report = Report(title: output.result.name, methods: [output.result])
        for warning in output.result.warnings { shared.log.warning(warning) }
        print(
            json ? output.result.json.document : "\(report.table)\n\(out)/report.html\n",
            terminator: "")
    }

    /// The same for rows with several labels.
    func finish(
        name: String, _ predictions: MultiLabelPredictions, keys: [String], inputs: [String],
        validation: ValidationRows?
    ) throws {
        let thumbnails = try images.map { try Thumbnails($0, log: shared.log) }
        let plan = try plan(.several(predictions), keys, validation)
        let output = try MultiLabelOutput(
            name: self.name ?? name, predictions: predictions, keys: keys,
            provenance: try provenance(inputs), plan: plan,
            thumbnail: { thumbnails?.jpeg(of: $0) })
        try output.write(to: out)
        for warning in output.warnings { shared.log.warning(warning) }
        print(json ? output.document : "\(output.markdown)\n\(out)/report.html\n", terminator: "")
    }

    private func provenance(_ inputs: [String]) throws -> Provenance {
        let validation = protocols.validation.map { ["\($0)/scores.npy", "\($0)/labels.npy"] }
        return Provenance(
            command: ["cambium"] + CommandLine.arguments.dropFirst(),
            inputs: try (inputs + (validation ?? [])).map { try Provenance.Input(file: $0) })
    }

    private func plan(
        _ test: LabelledScores, _ keys: [String], _ validation: ValidationRows?
    ) throws -> EvaluationPlan {
        let groups = try readGroups()
        return try protocols.plan(
            test: test, keys: keys,
            bootstrap: Bootstrap(
                resamples: resamples, seed: seed, groups: try groupNames(of: keys, groups)),
            given: validation, groups: groups ?? [:])
    }

    private func readGroups() throws -> [String: String]? {
        try groups.map(GroupNames.read)
    }

    private func groupNames(of keys: [String], _ names: [String: String]?) throws -> [String]? {
        guard let groups, let names else { return nil }
        return try GroupNames.of(keys, names, groups)
    }

    /// Runs a check of arguments; errors of the files they name end with status 2.
    static func checked<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try Arguments.checked(body)
        } catch let error as EvaluationError {
            throw UsageError(error.description)
        }
    }
}

/// A file with a line `KEY<TAB>GROUP` for every key.
enum GroupNames {
    static func read(_ path: String) throws -> [String: String] {
        try Paths.requireFile(path)
        var names: [String: String] = [:]
        let text = try FileSystem.readText(path)
        for (number, line) in text.split(whereSeparator: \.isNewline).enumerated() {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 2 else {
                throw UsageError("\(path):\(number + 1): KEY<TAB>GROUP expected")
            }
            names[String(fields[0])] = String(fields[1])
        }
        return names
    }

    /// The group of every key.
    static func of(_ keys: [String], _ names: [String: String], _ path: String) throws -> [String] {
        try keys.map { key in
            guard let name = names[key] else {
                throw UsageError("\(path): no group for the key \(key)")
            }
            return name
        }
    }
}

/// Small pictures of a table's images, by key.
struct Thumbnails {
    private let images: ImagesByKey
    private let log: Log
    /// Longer side in pixels.
    private static let side = 224

    init(_ path: String, log: Log) throws {
        let source = try Arguments.checked { try ImageSources.open([path]) }
        (images, self.log) = (try ImagesByKey([source]), log)
    }

    /// A small JPEG, nil (with a warning) where there is no such image or it is unreadable.
    func jpeg(of key: String) -> [UInt8]? {
        do {
            guard let image = try images.image(of: key) else {
                log.warning("no image for the key \(key); the report shows none")
                return nil
            }
            return try JPEGEncoder.encode(image.fitted(side: Self.side), quality: 85)
        } catch {
            log.warning("\(key): \(error); the report shows no picture")
            return nil
        }
    }
}
