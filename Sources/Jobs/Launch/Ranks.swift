package import CambiumTorch

/// This process among those of a run: joined with the others, watched by them and watching them.
package struct Ranks {
    /// How long to wait at the start until all have come, in seconds.
    package static let meetingVariable = "CAMBIUM_MEETING_TIMEOUT"

    package let process: ProcessPlace
    package let group: ProcessGroup
    package let heartbeat: Heartbeat
    /// Seconds within which a rank that is gone has to be noticed.
    let timeout: Double
    private let ending: any RankEnding

    /// Meets the others.
    init(
        _ process: ProcessPlace, in environment: [String: String], _ ending: any RankEnding
    ) throws {
        timeout = try Self.seconds("CAMBIUM_TIMEOUT", environment, else: 60)
        let meeting = try Self.seconds(
            Self.meetingVariable, environment, else: max(300, timeout))
        let store = try process.meet(timeout: meeting)
        let heartbeat = try Heartbeat(process, timeout: timeout) {
            ending.abandon(LostRank(description: $0))
        }
        do {
            group = try RankPlace.usable { try process.group(in: store) }
        } catch {
            throw heartbeat.explain(error)
        }
        heartbeat.follow(group)
        (self.process, self.heartbeat, self.ending) = (process, heartbeat, ending)
    }

    /// Does this process's part of the work and leaves the others in order. An error that comes
    /// from another rank names it.
    /// - Throws: ``LostRank`` where another rank is gone.
    package func perform<Result>(_ work: () throws -> Result) throws -> Result {
        do {
            let result = try work()
            try group.leaveGPUs()
            heartbeat.end()
            return result
        } catch {
            let error = Self.lost(heartbeat.explain(error))
            if group.isOnGPUs { ending.quit(error) }
            throw error
        }
    }

    /// The device with this name, for this process: `cuda` is a GPU of its own, over which the group
    /// works from now on.
    package func device(_ name: String, _ place: RankPlace) throws -> Device {
        let device = try place.device(name)
        if name == "cpu" { return device }
        try RankPlace.usable { try group.agree(on: device) }
        guard case .cuda(let index) = device else { return device }
        try CUDA.select(index)
        let watch = try group.join(gpu: index)
        heartbeat.follow(trouble: { watch.trouble })
        return device
    }

    private static func lost(_ error: any Error) -> any Error {
        guard case RankError.lost(let sentence) = error else { return error }
        return LostRank(description: sentence)
    }

    private static func seconds(
        _ name: String, _ environment: [String: String], else usual: Double
    ) throws -> Double {
        guard let text = environment[name], !text.isEmpty else { return usual }
        guard let seconds = Double(text), (1...86_400).contains(seconds) else {
            throw UsageError("\(name): is \"\(text)\", which is not in 1...86400 seconds")
        }
        return seconds
    }
}
