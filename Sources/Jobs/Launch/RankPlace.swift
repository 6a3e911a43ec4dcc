internal import CambiumFiles
package import CambiumTorch
package import CambiumTraining
public import Foundation

/// Ends a process that is one of several, where it can do nothing else any more. A library ends
/// nobody's process: whoever starts a job among others gives the way.
public protocol RankEnding: Sendable {
    /// Another rank is gone. Called on a thread of its own: the main thread may wait for it for
    /// ever.
    func abandon(_ lost: LostRank) -> Never

    /// The work failed on GPUs that others share: an orderly exit waits for the GPU, which may wait
    /// for a rank that is gone.
    func quit(_ error: any Error) -> Never
}

/// Another process of the same work is gone; the sentence names it.
public struct LostRank: Error, CustomStringConvertible {
    /// The sentence shown to the user.
    public let description: String
}

/// Where this process stands among those that share a job.
public struct RankPlace: Sendable {
    /// A process that works alone.
    public static let alone = RankPlace()

    package let process: ProcessPlace?
    let environment: [String: String]
    let ending: (any RankEnding)?

    private init() { (process, environment, ending) = (nil, [:], nil) }

    /// The place that `cambium launch`, torchrun, srun or mpirun tell in the environment.
    /// - Throws: ``UsageError`` for variables that are missing or contradict each other.
    public init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        ending: any RankEnding
    ) throws {
        process = try Self.usable { try ProcessPlace(environment: environment) }
        (self.environment, self.ending) = (environment, ending)
    }

    /// Whether this process writes the result.
    public var leads: Bool { process?.rank ?? 0 == 0 }

    /// Whether there are no others.
    public var isAlone: Bool { process == nil }

    /// Threads for work that is shared out, as many processes share this machine's cores.
    package var threads: Int {
        max(1, ProcessInfo.processInfo.activeProcessorCount / max(1, process?.localSize ?? 1))
    }

    /// The device with this name; `cuda` is a GPU of its own for every process of a machine.
    package func device(_ name: String) throws -> Device {
        let device = try Arguments.device(name)
        guard case .cuda = device, !name.hasPrefix("cuda:"), let process else { return device }
        return try Self.usable { .cuda(try process.gpu(of: CUDA.count)) }
    }

    /// Joins the others; nil where there are none.
    package func join() throws -> Ranks? {
        guard let process, let ending else { return nil }
        return try Ranks(process, in: environment, ending)
    }

    /// Does this process's part of the work, which may be all of it.
    package func perform<Result>(
        _ work: (Distribution, Heartbeat?) throws -> Result
    ) throws -> Result {
        guard let ranks = try join() else { return try work(Distribution(), nil) }
        return try ranks.perform { try work(Distribution(ranks.group), ranks.heartbeat) }
    }

    /// Runs what reads variables or devices; what the user can put right is their mistake.
    static func usable<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as RankError {
            switch error {
            case .variable, .devices: throw UsageError(error.description)
            default: throw error
            }
        }
    }
}
