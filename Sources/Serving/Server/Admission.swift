internal import CambiumFiles

/// Keeps the bodies of all requests under way within one bound: who comes on top is asked to come
/// again, before a byte is kept.
package final class Admission: Sendable {
    private let limit: Int
    private let used = Lock(0)
    private let metrics: Metrics

    /// Room for so many bytes, which figures tell of.
    package init(limit: Int, _ metrics: Metrics) { (self.limit, self.metrics) = (limit, metrics) }

    /// Room for a body that may still grow.
    package func reserve(_ bytes: Int) throws(Refusal) -> Reservation {
        let reservation = Reservation(self)
        try reservation.grow(to: bytes)
        return reservation
    }

    fileprivate func take(_ bytes: Int) -> Bool {
        let total = used.withLock { used -> Int? in
            guard bytes <= 0 || used + bytes <= limit else { return nil }
            used += bytes
            return used
        }
        if let total { metrics.set("cambium_body_bytes_in_flight", [:], Double(total)) }
        return total != nil
    }

    /// Room that is given back with its last owner.
    package final class Reservation: Sendable {
        private let admission: Admission
        private let bytes = Lock(0)

        fileprivate init(_ admission: Admission) { self.admission = admission }

        /// Asks for room for `total` bytes in all.
        package func grow(to total: Int) throws(Refusal) {
            let isGranted = bytes.withLock { bytes in
                guard total > bytes else { return true }
                guard admission.take(total - bytes) else { return false }
                bytes = total
                return true
            }
            guard isGranted else {
                throw .busy("too many bytes of requests are under way", retryAfter: 1)
            }
        }

        deinit { _ = admission.take(-bytes.withLock { $0 }) }
    }
}
