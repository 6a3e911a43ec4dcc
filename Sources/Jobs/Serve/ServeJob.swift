public import CambiumFiles
public import CambiumServing

/// One run of `cambium serve`, until it is asked to stop.
public struct ServeJob: Sendable {
    /// What the program asks of a server at work.
    public struct Requests: Sendable {
        let stop: @Sendable () -> Bool
        let reloads: @Sendable () -> Int

        /// - Parameters:
        ///   - stop: whether to let the requests under way end and to stop.
        ///   - reloads: how often it was asked to read tokens and models again.
        public init(
            stop: @escaping @Sendable () -> Bool, reloads: @escaping @Sendable () -> Int = { 0 }
        ) {
            (self.stop, self.reloads) = (stop, reloads)
        }
    }

    private let settings: ServiceSettings
    private let log: Log

    /// A server that tells `log` what it does.
    public init(_ settings: ServiceSettings, log: Log = Log()) {
        (self.settings, self.log) = (settings, log)
    }

    /// The models of a command line, bundles first: `PATH` or `NAME=PATH`.
    public static func sources(
        bundles: [String], encoders: [String]
    ) throws -> [ModelSource] {
        do {
            let models =
                try bundles.map { try ModelSource(argument: $0, kind: .bundle) }
                + encoders.map { try ModelSource(argument: $0, kind: .encoder) }
            // Folders, or bundles in one tar.
            for model in models { try Paths.requireInput(model.path) }
            return models
        } catch let error as ServingError {
            throw UsageError(error.description)
        }
    }

    /// Serves until `requests` asks to stop.
    /// - Parameters:
    ///   - access: takes the members of each request's line.
    ///   - ready: hears the address once requests are taken.
    public func run(
        _ requests: Requests, access: @escaping @Sendable ([String: JSON]) -> Void = { _ in },
        ready: @escaping @Sendable (_ address: String) -> Void
    ) async throws {
        let service = try await service(access)
        let watch = Task {
            var reloads = 0
            while !requests.stop() {
                try await Task.sleep(for: .milliseconds(50))
                if requests.reloads() > reloads {
                    reloads = requests.reloads()
                    await service.reload()
                }
            }
            await service.stop()
        }
        defer { watch.cancel() }
        try await service.run(ready: ready)
    }

    private func service(
        _ access: @escaping @Sendable ([String: JSON]) -> Void
    ) async throws -> Service {
        let log = log
        do {
            return try await Service(settings) { event in
                switch event {
                case .access(let members): access(members)
                case .note(let text): log.note(text)
                case .failure(let text): log.warning(text)
                }
            }
        } catch let error as ServingError {
            throw UsageError(error.description)
        }
    }
}
