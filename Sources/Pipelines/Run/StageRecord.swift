internal import CambiumFiles

/// What a stage was when it ran last: everything that decides its outputs, and what it took.
public struct StageRecord: Sendable, Equatable {
    /// How far it came.
    public enum Status: String, Sendable {
        /// Begun, and no end is recorded: the run was killed.
        case running
        case done, failed, interrupted
    }

    /// How far it came.
    public var status: Status
    /// The command's words, with `${run}` for the run's folder.
    public var command: [String]
    /// SHA-256 by path.
    public var inputs: [String: String]
    /// SHA-256 of the program.
    public var program: String
    /// What it makes, with the digest of what stood there at its end.
    public var outputs: [String: PathDigest?]
    /// When the last attempt began, ISO 8601.
    public var began: String
    /// How often it was begun with this command and these inputs.
    public var attempts = 1
    /// The last attempt's time.
    public var seconds: Double?
    /// The last attempt's time on all cores.
    public var processorSeconds: Double?
    /// The largest resident set of one of its processes.
    public var peakBytes: Int?
    /// The version of Cambium that ran it.
    public var version: String
    /// Threads that it was given, nil where it chose.
    public var threads: Int?
    /// Its own error line, of a stage that failed.
    public var error: String?
    /// The names of the stages whose outputs it read.
    public var needs: [String]

    var json: JSON {
        let digests = outputs.mapValues { digest in
            digest.map { digest -> JSON in
                [
                    "sha256": .string(digest.sha256), "bytes": .integer(digest.bytes),
                    "files": .integer(digest.files),
                ]
            } ?? .null
        }
        return [
            "status": .string(status.rawValue), "command": .array(command.map(JSON.string)),
            "inputs": .object(inputs.mapValues(JSON.string)), "outputs": .object(digests),
            "program": ["sha256": .string(program), "version": .string(version)],
            "began": .string(began), "attempts": .integer(attempts),
            "seconds": seconds.map { .number(Self.rounded($0)) } ?? .null,
            "processor_seconds": processorSeconds.map { .number(Self.rounded($0)) } ?? .null,
            "peak_bytes": peakBytes.map(JSON.integer) ?? .null,
            "threads": threads.map(JSON.integer) ?? .null,
            "error": error.map(JSON.string) ?? .null, "needs": .array(needs.map(JSON.string)),
        ]
    }

    private static func rounded(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }
}

extension StageRecord {
    /// Reads a record, nil where something is missing.
    init?(_ json: JSON) {
        guard let status = json["status"]?.string.flatMap(Status.init),
            let command = Self.strings(json["command"]), let inputs = json["inputs"]?.object,
            let outputs = json["outputs"]?.object, let program = json["program"]?["sha256"]?.string,
            let version = json["program"]?["version"]?.string, let began = json["began"]?.string,
            let attempts = json["attempts"]?.integer, let needs = Self.strings(json["needs"])
        else { return nil }
        self.init(
            status: status, command: command, inputs: inputs.compactMapValues(\.string),
            program: program, outputs: outputs.mapValues(Self.digest), began: began,
            attempts: attempts, seconds: json["seconds"]?.number,
            processorSeconds: json["processor_seconds"]?.number,
            peakBytes: json["peak_bytes"]?.integer, version: version,
            threads: json["threads"]?.integer, error: json["error"]?.string, needs: needs)
    }

    private static func strings(_ json: JSON?) -> [String]? {
        json?.array.map { $0.compactMap(\.string) }
    }

    private static func digest(_ json: JSON) -> PathDigest? {
        guard let sha256 = json["sha256"]?.string, let bytes = json["bytes"]?.integer,
            let files = json["files"]?.integer
        else { return nil }
        return PathDigest(sha256, bytes: bytes, files: files)
    }
}
