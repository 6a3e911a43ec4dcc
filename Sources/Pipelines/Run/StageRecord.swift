public import CambiumFiles

/// What a stage was when it ran last: everything that decides its outputs, and what it took.
public struct StageRecord: Codable, Sendable, Equatable {
    /// How far it came.
    public enum Status: String, Codable, CaseIterable, Sendable {
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
    /// The program that ran it.
    public var program: Program
    /// What it makes, with the digest of what stood there at its end.
    public var outputs: [String: PathDigest?]
    /// When the last attempt began, ISO 8601.
    public var began: String
    /// How often it was begun with this command and these inputs.
    public var attempts = 1
    /// The last attempt's time.
    @OrNull public var seconds: Double?
    /// The last attempt's time on all cores.
    @OrNull public var processorSeconds: Double?
    /// The largest resident set of one of its processes.
    @OrNull public var peakBytes: Int?
    /// Threads that it was given, nil where it chose.
    @OrNull public var threads: Int?
    /// Its own error line, of a stage that failed.
    @OrNull public var error: String?
    /// The names of the stages whose outputs it read.
    public var needs: [String]

    /// The program that ran it.
    public struct Program: Codable, Sendable, Equatable {
        /// SHA-256 of the program.
        public var sha256: String
        /// The version of Cambium.
        public var version: String
    }

    enum CodingKeys: String, CodingKey {
        case status, command, inputs, program, outputs, began, attempts, seconds
        case processorSeconds = "processor_seconds"
        case peakBytes = "peak_bytes"
        case threads, error, needs
    }
}
