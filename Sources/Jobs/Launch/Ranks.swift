internal import ArgumentParser
internal import CambiumFiles
internal import CambiumJobs
internal import CambiumTorch
internal import CambiumTraining
internal import Foundation
internal import Glibc

/// This process among those of a run: joined with the others, watched by them and watching them.
struct Ranks {
    let place: ProcessPlace
    let group: ProcessGroup
    let heartbeat: Heartbeat

    /// This process's place, as the environment tells it; nil where it speaks of no others.
    static func place() throws -> ProcessPlace? {
        try usable { try ProcessPlace(environment: ProcessInfo.processInfo.environment) }
    }

    /// Joins the processes of a place; nil where there is none.
    static func join(_ place: ProcessPlace?) throws -> Ranks? {
        guard let place else { return nil }
        let timeout = try timeout()
        let meeting = try seconds(meetingVariable, else: max(300, timeout))
        let store = try place.meet(timeout: meeting)
        let heartbeat = try Heartbeat(place, timeout: timeout) { end(saying: $0) }
        do {
            let group = try usable { try place.group(in: store) }
            heartbeat.follow(group)
            return Ranks(place: place, group: group, heartbeat: heartbeat)
        } catch {
            throw heartbeat.explain(error)
        }
    }

    /// Does this process's part of the work, which may be all of it.
    static func perform<Result>(
        _ place: ProcessPlace?, _ work: (Distribution, Heartbeat?) throws -> Result
    ) throws -> Result {
        guard let ranks = try join(place) else { return try work(Distribution(), nil) }
        return try ranks.perform { try work(Distribution(ranks.group), ranks.heartbeat) }
    }

    /// Does this process's part of the work and leaves the others in order. An error that comes
    /// from another rank names it.
    func perform<Result>(_ work: () throws -> Result) throws -> Result {
        do {
            let result = try work()
            try group.leaveGPUs()
            heartbeat.end()
            return result
        } catch {
            let error = heartbeat.explain(error)
            if group.isOnGPUs { Self.end(with: error) }
            guard case RankError.lost(let sentence) = error else { throw error }
            Temporaries.waitOutInterruption()
            Self.say(sentence)
            throw ExitCode(Self.lossStatus)
        }
    }

    /// The device with this name, for this process: `cuda` is a GPU of its own, over which the group
    /// works from now on.
    func device(_ name: String) throws -> Device {
        let device = try Self.device(name, place)
        if name == "cpu" { return device }
        try Self.usable { try group.agree(on: device) }
        guard case .cuda(let index) = device else { return device }
        try CUDA.select(index)
        let watch = try group.join(gpu: index)
        heartbeat.follow(trouble: { watch.trouble })
        return device
    }

    /// How long to wait at the start until all have come, in seconds.
    static let meetingVariable = "CAMBIUM_MEETING_TIMEOUT"

    /// Seconds within which a rank that is gone has to be noticed.
    static func timeout() throws -> Double { try seconds("CAMBIUM_TIMEOUT", else: 60) }

    private static func seconds(_ name: String, else usual: Double) throws -> Double {
        guard let text = ProcessInfo.processInfo.environment[name], !text.isEmpty else {
            return usual
        }
        guard let seconds = Double(text), (1...86_400).contains(seconds) else {
            throw UsageError("\(name): is \"\(text)\", which is not in 1...86400 seconds")
        }
        return seconds
    }

    /// Threads for work that is shared out, as many processes share this machine's cores.
    static func threads(_ place: ProcessPlace?) -> Int {
        max(1, ProcessInfo.processInfo.activeProcessorCount / max(1, place?.localSize ?? 1))
    }

    /// The device with this name; `cuda` is a GPU of its own for every process of a machine.
    static func device(_ name: String, _ place: ProcessPlace?) throws -> Device {
        let device = try Arguments.device(name)
        guard case .cuda = device, !name.hasPrefix("cuda:"), let place else { return device }
        return try usable { .cuda(try place.gpu(of: CUDA.count)) }
    }

    private static func usable<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as RankError {
            switch error {
            case .variable, .devices: throw UsageError(error.description)
            default: throw error
            }
        }
    }

    private static var lossStatus: Int32 { Launcher.isParent ? Launcher.followingStatus : 1 }

    private static func say(_ sentence: String) {
        Terminal.error("cambium: error: \(sentence.onOneLine)")
    }

    /// Ends the process as its error says, without an orderly exit: that waits for the GPU, which
    /// may wait for a rank that is gone.
    private static func end(with error: any Error) -> Never {
        let status: Int32
        if case RankError.lost(let sentence) = error {
            Temporaries.waitOutInterruption()
            say(sentence)
            status = lossStatus
        } else {
            status = Outcome(error).announce()
        }
        Temporaries.removeAll { _exit(status) }
    }

    /// Ends the process although its main thread may wait for ever.
    private static func end(saying sentence: String) -> Never {
        say(sentence)
        let status = lossStatus
        Thread.detachNewThread { Temporaries.removeAll { _exit(status) } }
        // A file system that hangs must not keep it.
        sleep(2)
        _exit(status)
    }
}
