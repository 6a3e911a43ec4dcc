internal import Glibc

extension ProcessPlace {
    /// Comes to the meeting place and waits for all the others.
    /// - Parameter timeout: seconds to wait for the others.
    /// - Throws: ``RankError/absent(ranks:place:seconds:)`` with those who did not come,
    ///   ``RankError/meeting(place:reason:)``.
    public func meet(timeout: Double = 300) throws -> RendezvousStore {
        // The time is for the others: the first time, opening libtorch may take seconds.
        try Runtime.open()
        // Who did not come is said before who does not answer.
        return try answered(within: timeout + 5) { try gather(timeout) }
    }

    /// What libtorch's store gives, which waits without an end for a process that serves it and
    /// was stopped.
    private func answered<Value: Sendable>(
        within seconds: Double, _ body: @escaping @Sendable () throws -> Value
    ) throws -> Value {
        if let value = try DetachedThread.result(within: seconds, body) { return value }
        let who = hasAgent ? "whoever serves it" : "rank 0"
        throw RankError.meeting(
            place: meetingPlace,
            reason: "\(who) has not answered within \(Int(seconds.rounded())) s")
    }

    private func gather(_ timeout: Double) throws -> RendezvousStore {
        let limit = ContinuousClock.now + .seconds(timeout)
        let serves = rank == 0 && !hasAgent
        if !serves { try awaitListener(until: limit) }
        let store = try connect(serves: serves, timeout: timeout)
        let own = HeartNote()
        if let earlier = try store.value("\(HeartNote.prefix)\(rank)").flatMap(HeartNote.init),
            earlier.life != own.life
        {
            throw RankError.meeting(
                place: meetingPlace,
                reason: "another process came as rank \(rank); two have the same RANK, or an "
                    + "earlier attempt has not ended yet")
        }
        try store.set("\(HeartNote.prefix)\(rank)", own.text)
        var missing = Array(0..<size)
        while true {
            missing = try missing.filter { try store.value("\(HeartNote.prefix)\($0)") == nil }
            if missing.isEmpty { return store }
            guard ContinuousClock.now < limit else {
                throw RankError.absent(ranks: missing, place: meetingPlace, seconds: timeout)
            }
            usleep(20_000)
        }
    }

    /// Joins the processes that met over Gloo.
    /// - Parameter operations: seconds after which an operation that others do not join fails. A
    ///   ``Heartbeat`` notices a process that is gone much earlier.
    public func group(
        in store: RendezvousStore, operations: Double = 1800
    ) throws -> ProcessGroup {
        try ProcessGroup(
            store: store, rank: rank, size: size, address: ownAddress(),
            timeout: Int(operations * 1000))
    }

    /// A connection to the meeting place.
    func connection(timeout: Double) throws -> RendezvousStore {
        try Runtime.open()
        return try answered(within: timeout) { try connect(serves: false, timeout: timeout) }
    }

    /// Waits until somebody listens at the meeting place. libtorch would try for up to twice the time
    /// that it is given.
    private func awaitListener(until limit: ContinuousClock.Instant) throws(RankError) {
        while true {
            let left = max(0.1, (limit - .now) / .seconds(1))
            guard let reason = NetworkAddress.refusal(by: host, port: port, within: left) else {
                return
            }
            guard ContinuousClock.now < limit else {
                throw .meeting(place: meetingPlace, reason: "\(Self.absence) (\(reason))")
            }
            usleep(20_000)
        }
    }

    private static let absence = "rank 0 is not there"

    private func connect(serves: Bool, timeout: Double) throws(RankError) -> RendezvousStore {
        do {
            // Whoever serves listens on all addresses; its own name may not be known yet.
            return try RendezvousStore(
                host: serves ? "127.0.0.1" : host, port: port, serves: serves, processes: 0,
                timeout: Int(timeout * 1000)
            ).under("cambium/\(attempt)/\(size)")
        } catch {
            throw .meeting(place: meetingPlace, reason: reason(error, serves))
        }
    }

    /// Where they meet: `HOST:PORT`.
    public var meetingPlace: String { "\(host):\(port)" }

    /// This machine's address as the others see it: the one from which rank 0 is reached, or that
    /// of the interface that `GLOO_SOCKET_IFNAME` names.
    public func ownAddress() throws(RankError) -> String {
        if let interface {
            guard let address = NetworkAddress.of(interface: interface) else {
                throw .variable(
                    name: "GLOO_SOCKET_IFNAME",
                    reason: "this machine has no interface \(interface) with an address")
            }
            return address
        }
        guard let address = NetworkAddress.own(towards: host, port: port) else {
            throw .meeting(place: meetingPlace, reason: "there is no way to this host")
        }
        // A machine often knows its own name as a loopback address, which others cannot reach.
        guard NetworkAddress.isLoopback(address), !NetworkAddress.isLoopback(host) else {
            return address
        }
        // Reserved for documentation: only the way there is asked for (RFC 5737).
        return NetworkAddress.own(towards: "192.0.2.1", port: 1) ?? address
    }

    private func reason(_ error: TorchError, _ serves: Bool) -> String {
        guard case .operation(_, _, let message) = error else { return "\(error)" }
        let advice =
            serves
            ? "rank 0 cannot listen there; choose another MASTER_PORT" : Self.absence
        return "\(advice) (\(message))"
    }
}
