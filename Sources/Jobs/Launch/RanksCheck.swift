internal import CambiumFiles
internal import CambiumTorch
internal import Foundation

/// Whether the processes of a cluster find each other, and how fast
/// tensors travel between them. Every process sums ones until rank 0 has had enough.
package enum RanksCheck {
    /// Elements of the tensor: 4 MB, a bucket of gradients.
    private static let count = 1 << 20

    /// Measures for some seconds.
    /// - Returns: what was found, nil in a process that does not lead.
    package static func run(
        seconds: Double, device: String, at place: RankPlace
    ) throws -> [Finding]? {
        guard let ranks = try place.join() else {
            throw UsageError(
                "--ranks: no other processes; start with `cambium launch --processes N -- doctor "
                    + "--ranks`, torchrun, srun or mpirun")
        }
        let findings = try ranks.perform {
            try measure(ranks, ranks.device(device, place), seconds)
        }
        return place.leads ? findings : nil
    }

    private static func measure(
        _ ranks: Ranks, _ device: Device, _ seconds: Double
    ) throws -> [Finding] {
        let start = ContinuousClock.now
        var steps = 0
        var goesOn = true
        while goesOn {
            ranks.heartbeat.advance(to: steps)
            let ones = try Tensor([Float](repeating: 1, count: count), [count]).moved(to: device)
            try ranks.group.sum(ones)
            steps += 1
            try check(ones, ranks.group.size)
            let isTimeLeft = ContinuousClock.now - start < .seconds(seconds)
            let decision = try Tensor([isTimeLeft ? 1.0 : 0], [1])
            try ranks.group.broadcast(decision, from: 0)
            goesOn = try decision.item() == 1
        }
        return describe(ranks, steps, (ContinuousClock.now - start) / .seconds(1))
    }

    private static func check(_ sum: Tensor, _ size: Int) throws {
        let values = try sum.array(of: Float.self)
        guard values.allSatisfy({ $0 == Float(size) }) else {
            throw TorchError.operation(
                name: "all_reduce", arguments: "\(sum)",
                message: "the sum of ones over \(size) processes is not \(size)")
        }
    }

    private static func describe(_ ranks: Ranks, _ steps: Int, _ seconds: Double) -> [Finding] {
        let (place, each) = (ranks.process, seconds / Double(steps))
        let time = String(format: "%.2f ms", each * 1000)
        return [
            Finding("ranks", count: place.size),
            Finding("meeting_place", place.meetingPlace),
            Finding(
                "all_reduce", "\(time) for \(Amount.bytes(4 * count)), mean of \(steps)",
                [
                    "bytes": .integer(4 * count), "seconds": .finite(each),
                    "count": .integer(steps),
                ]),
        ]
    }
}
