import CambiumJobs
import CambiumServing
import CambiumTestFolders
import Testing

@Suite struct ServeJobTests {
    private let release = Repository.fixture("EncodersTests", "mi2-mini")

    @Test func `a server takes requests until it is asked to stop`() async throws {
        let (listener, addresses) = (Listener(), Listener())
        var settings = ServiceSettings(
            models: try ServeJob.sources(bundles: [], encoders: ["plain=\(release)"]))
        (settings.port, settings.times.notice) = (0, .zero)
        // Asked to stop once it has said where it listens.
        try await ServeJob(settings, log: Log(to: listener)).run(
            .init(stop: { !addresses.heard.isEmpty }), ready: { addresses.add($0) })
        #expect(addresses.heard.count == 1)
        #expect(addresses.heard.first?.hasPrefix("http://127.0.0.1:") == true)
        #expect(listener.heard.last == "note stopping")
    }

    @Test func `models that are not there are the user's mistake`() {
        #expect(throws: UsageError.self) {
            try ServeJob.sources(bundles: ["/nowhere/bundle"], encoders: [])
        }
        #expect(throws: UsageError.self) {
            try ServeJob.sources(bundles: ["bad name"], encoders: [])
        }
    }
}
