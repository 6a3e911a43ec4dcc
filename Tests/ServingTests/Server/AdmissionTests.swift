import CambiumFiles
import CambiumServing
import Testing

@Suite struct AdmissionTests {
    private func isBusy(_ body: () throws(Refusal) -> Void) -> Bool {
        do throws(Refusal) { try body() } catch {
            #expect(error.code == "busy" && error.retryAfter == 1)
            return true
        }
        return false
    }

    @Test func `room is given up to the limit and comes back with its owner`() throws {
        let admission = Admission(limit: 100, Metrics())
        do {
            let first = try admission.reserve(60)
            #expect(isBusy { () throws(Refusal) in _ = try admission.reserve(41) })
            let second = try admission.reserve(40)
            #expect(isBusy { () throws(Refusal) in try second.grow(to: 41) })
            // What was granted stays, and less is no question.
            try first.grow(to: 10)
            withExtendedLifetime((first, second)) {
                #expect(isBusy { () throws(Refusal) in _ = try admission.reserve(1) })
            }
        }
        let whole = try admission.reserve(100)
        try whole.grow(to: 100)
    }

    @Test func `nothing fits where there is no room, except nothing`() throws {
        let admission = Admission(limit: 0, Metrics())
        _ = try admission.reserve(0)
        #expect(isBusy { () throws(Refusal) in _ = try admission.reserve(1) })
    }

    /// Beside a plain sum of what is held.
    @Test func `any order of growing and going keeps the sum`() throws {
        var generator = SeededGenerator(seed: 15)
        let limit = 1000
        let admission = Admission(limit: limit, Metrics())
        var held: [(reservation: Admission.Reservation, bytes: Int)] = []
        for _ in 0..<5000 {
            let used = held.reduce(0) { $0 + $1.bytes }
            let bytes = generator.index(below: 300)
            switch generator.index(below: 3) {
            case 0:
                let isFull = isBusy { () throws(Refusal) in
                    try held.append((admission.reserve(bytes), bytes))
                }
                #expect(isFull == (used + bytes > limit && bytes > 0))
            case 1 where !held.isEmpty:
                let index = generator.index(below: held.count)
                let more = max(0, bytes - held[index].bytes)
                let isFull = isBusy { () throws(Refusal) in
                    try held[index].reservation.grow(to: bytes)
                }
                #expect(isFull == (used + more > limit && more > 0))
                if !isFull { held[index].bytes += more }
            default:
                if !held.isEmpty { held.remove(at: generator.index(below: held.count)) }
            }
        }
    }

    @Test func `many at once never hold more than the limit`() async throws {
        let admission = Admission(limit: 10, Metrics())
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<500 { _ = try? admission.reserve(3).grow(to: 5) }
                }
            }
        }
        _ = try admission.reserve(10)
    }

    @Test func `what is held is a figure`() throws {
        let metrics = Metrics()
        let admission = Admission(limit: 100, metrics)
        let line = "\ncambium_body_bytes_in_flight "
        do {
            let held = try admission.reserve(60)
            #expect(metrics.text.contains("\(line)60"))
            withExtendedLifetime(held) {}
        }
        #expect(metrics.text.contains("\(line)0"))
    }
}
