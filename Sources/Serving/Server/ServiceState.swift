internal import CambiumEncoders
internal import CambiumFiles
internal import HTTPTypes

/// What all requests share.
final class ServiceState: Sendable {
    let settings: ServiceSettings
    let log: ServiceLog
    let metrics = Metrics()
    let pool: WorkerPool
    let admission: Admission
    let models: ModelRegistry
    private let tokens: Lock<(callers: BearerTokens?, admins: BearerTokens?)>
    private let changing = Lock((isDraining: false, reloading: Set<String>()))

    /// Reads the tokens and loads the models.
    init(_ settings: ServiceSettings, log: @escaping ServiceLog) async throws {
        (self.settings, self.log) = (settings, log)
        pool = WorkerPool(threads: settings.workers, named: "decode")
        admission = Admission(limit: settings.limits.bodies, metrics)
        tokens = Lock(try Self.tokens(settings))
        var models: [ServedModel] = []
        for source in settings.models {
            guard !models.contains(where: { $0.source.name == source.name }) else {
                throw ServingError.setting(
                    "\(source.name): two models have this name; give NAME=\(source.path)")
            }
            models.append(try await ServedModel(source, settings, pool, metrics, log))
        }
        self.models = ModelRegistry(models)
    }

    private static func tokens(
        _ settings: ServiceSettings
    ) throws -> (callers: BearerTokens?, admins: BearerTokens?) {
        (
            try settings.tokens.map { try BearerTokens(file: $0) },
            try settings.adminTokens.map { try BearerTokens(file: $0) }
        )
    }

    /// Whether the service takes no new work soon.
    var isDraining: Bool { changing.withLock { $0.isDraining } }

    /// From now on `/readyz` says no.
    func drain() { changing.withLock { $0.isDraining = true } }

    /// Whether a caller may use an endpoint.
    /// - Throws: 401 without a right token, 403 where nobody may.
    func check(_ token: Substring?, for right: Endpoint.Right) throws(Refusal) {
        let (callers, admins) = tokens.withLock { $0 }
        switch right {
        case .everyone: return
        case .caller:
            guard let callers else { return }
            guard let token, callers.contains(token) || admins?.contains(token) == true else {
                throw .unauthorized
            }
        case .admin:
            guard let admins else {
                throw Refusal(
                    status: .forbidden, code: "forbidden",
                    message: "this server takes no commands over HTTP; it has no --admin-tokens",
                    place: "Authorization")
            }
            guard let token else { throw .unauthorized }
            if admins.contains(token) { return }
            guard callers?.contains(token) == true else { throw .unauthorized }
            throw Refusal(
                status: .forbidden, code: "forbidden",
                message: "this token may ask but not reload; send one of --admin-tokens",
                place: "Authorization")
        }
    }

    /// Loads a new version of a model beside the old one and takes it from then on. What does not
    /// load changes nothing.
    func reload(_ name: String) async throws {
        guard let old = models[name] else { throw Refusal.unknownModel(name) }
        guard changing.withLock({ $0.reloading.insert(name).inserted }) else {
            throw Refusal(
                status: .conflict, code: "reloading",
                message: "the model is being loaded already", place: "path", retryAfter: 1)
        }
        defer { _ = changing.withLock { $0.reloading.remove(name) } }
        do {
            let new = try await ServedModel(
                old.source, settings, pool, metrics, log, replacing: old)
            models.replace(with: new)
            metrics.add("cambium_reloads_total", ["model": name, "outcome": "loaded"])
            log(.note("\(name): loaded version \(new.facts.version.prefix(12))"))
        } catch {
            metrics.add("cambium_reloads_total", ["model": name, "outcome": "failed"])
            log(.failure("\(name): not reloaded, the old version goes on: \(error)"))
            throw Refusal(
                status: .internalServerError, code: "not_loaded",
                message: "the new version does not load, the old one goes on; the log says why",
                place: "server")
        }
    }

    /// Reads tokens and models again.
    func reloadAll() async {
        do {
            let new = try Self.tokens(settings)
            tokens.withLock { $0 = new }
        } catch {
            log(.failure("tokens not read again, the old ones go on: \(error)"))
        }
        for model in models.all { try? await reload(model.source.name) }
    }
}

extension Refusal {
    /// No token, or a wrong one.
    static let unauthorized = Refusal(
        status: .unauthorized, code: "unauthorized",
        message: "send a token that this server knows, as Authorization: Bearer TOKEN",
        place: "Authorization")

    /// A name that no model has.
    static func unknownModel(_ name: String) -> Refusal {
        Refusal(
            status: .notFound, code: "unknown_model",
            message: "no such model; /v1/models lists them", place: "model")
    }
}
