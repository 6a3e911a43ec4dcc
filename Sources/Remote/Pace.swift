/// When requests may be sent: a wait that the endpoint asks of one holds for all.
actor Pace {
    private var notBefore = ContinuousClock.now

    /// Nobody sends before so many seconds have passed.
    func hold(_ seconds: Double) {
        notBefore = max(notBefore, .now + .seconds(seconds))
    }

    /// Waits until it is time.
    func wait() async throws {
        while notBefore > .now { try await Task.sleep(until: notBefore, clock: .continuous) }
    }
}
