internal import CambiumFiles
internal import CambiumImaging
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// What a request is answered in.
struct ServiceContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The client's address, without its port.
    let client: String?

    init(source: Source) {
        coreContext = .init(source: source)
        client = source.channel.remoteAddress?.ipAddress
    }
}

/// Answers every request: finds the route, checks the right, calls what answers, and tells log and
/// figures.
struct ServiceResponder: HTTPResponder {
    let state: ServiceState

    func respond(to request: Request, context: ServiceContext) async throws -> Response {
        let start = ContinuousClock.now
        var summary = ScoreHandler.Summary()
        let found = Route.find(request.uri.path)
        state.metrics.add("cambium_requests_in_flight", [:], 1)
        var response: Response
        do {
            response = try await answer(request, found, &summary)
        } catch let refusal as Refusal {
            response = refusal.response
        } catch is CancellationError {
            response = Refusal.cancelled.response
        } catch {
            state.log(.failure("\(found?.route.pattern ?? "request"): \(error)"))
            response = Refusal.fault.response
        }
        finish(&response, isRead: summary.bytes != nil || !request.hasBody)
        note(response, request, context, found?.route.pattern ?? "other", .now - start, summary)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(
        _ request: Request, _ found: (route: Route, methods: [HTTPRequest.Method])?,
        _ summary: inout ScoreHandler.Summary
    ) async throws -> Response {
        guard let found else { throw Refusal.notFound }
        guard found.methods.contains(request.method) else {
            throw Refusal.method(found.methods)
        }
        try state.check(request.bearerToken, for: found.route)
        switch found.route {
        case .score:
            return try await score(request, model(named: request), &summary)
        case .scoreOf(let name):
            guard let model = state.models[name] else { throw Refusal.unknownModel(name) }
            return try await score(request, model, &summary)
        case .models:
            return .json(["object": "list", "data": .array(state.models.all.map(\.json))])
        case .model(let name):
            guard let model = state.models[name] else { throw Refusal.unknownModel(name) }
            return .json(model.json)
        case .reload(let name):
            try await state.reload(name)
            guard let model = state.models[name] else { throw Refusal.unknownModel(name) }
            return .json(model.json)
        case .health: return .json(["status": "alive"])
        case .readiness:
            guard !state.isDraining else { throw Refusal.draining }
            return .json(["status": "ready"])
        case .metrics: return metrics()
        case .openAPI: return .json(OpenAPIDocument(state).json)
        case .page: return .text(Page.html, "text/html; charset=utf-8")
        case .asset(let name): return try Page.asset(name)
        case .example(let row): return try example(row, of: state.models.first)
        case .exampleOf(let name, let row):
            guard let model = state.models[name] else { throw Refusal.unknownModel(name) }
            return try example(row, of: model)
        }
    }

    /// The first model, or the one of `?model=`.
    private func model(named request: Request) throws(Refusal) -> ServedModel {
        guard let name = request.uri.queryParameters["model"] else {
            guard let first = state.models.first else { throw .unknownModel("") }
            return first
        }
        guard let model = state.models[String(name)] else { throw .unknownModel(String(name)) }
        return model
    }

    private func score(
        _ request: Request, _ model: ServedModel, _ summary: inout ScoreHandler.Summary
    ) async throws -> Response {
        let body = try await ScoreHandler(state: state).answer(request, model, &summary)
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }

    private func metrics() -> Response {
        for model in state.models.all {
            let name = model.source.name
            for (input, rows) in [("image", model.images.admitted), ("text", model.texts.admitted)]
            {
                state.metrics.set(
                    "cambium_rows_in_flight", ["model": name, "input": input], Double(rows))
            }
        }
        return .text(state.metrics.text, "text/plain; version=0.0.4; charset=utf-8")
    }

    private func example(_ row: String, of model: ServedModel?) throws -> Response {
        guard let number = Int(row), let bytes = try model?.examples?.image(number) else {
            throw Refusal.notFound
        }
        let isPNG = ImageFormat.claimed(by: bytes) == .png
        return Response(
            status: .ok, headers: [.contentType: isPNG ? "image/png" : "image/jpeg"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Headers that every answer has. A body that was refused is not read to its end: the
    /// connection goes instead.
    private func finish(_ response: inout Response, isRead: Bool) {
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.cacheControl] = "no-store"
        response.headers[.contentSecurityPolicy] = Page.policy
        if let name = HTTPField.Name("Referrer-Policy") { response.headers[name] = "no-referrer" }
        if !isRead { response.headers[.connection] = "close" }
    }

    private func note(
        _ response: Response, _ request: Request, _ context: ServiceContext, _ pattern: String,
        _ time: Duration, _ summary: ScoreHandler.Summary
    ) {
        let status = "\(response.status.code)"
        state.metrics.add("cambium_requests_in_flight", [:], -1)
        state.metrics.add("cambium_requests_total", ["route": pattern, "status": status])
        state.metrics.observe("cambium_request_seconds", ["route": pattern], time.inSeconds)
        var members: [String: JSON] = [
            "event": "request", "id": .string(context.id),
            "method": .string(request.method.isKnown ? request.method.rawValue : "other"),
            "route": .string(pattern), "status": .integer(response.status.code),
            "seconds": .number((time.inSeconds * 1e6).rounded() / 1e6),
            "bytes_out": .integer(response.body.contentLength ?? 0),
        ]
        if let client = context.client { members["client"] = .string(client) }
        if let model = summary.model { members["model"] = .string(model) }
        if let rows = summary.rows { members["rows"] = .integer(rows) }
        if let failed = summary.failedRows, failed > 0 { members["failed_rows"] = .integer(failed) }
        if let bytes = summary.bytes { members["bytes_in"] = .integer(bytes) }
        state.log(.access(members))
    }
}

extension HTTPRequest.Method {
    /// Whether it is one of HTTP's own; a client may make one up.
    fileprivate var isKnown: Bool {
        [.get, .head, .post, .put, .delete, .options, .patch, .trace, .connect].contains(self)
    }
}

extension Request {
    /// Whether something follows the head.
    fileprivate var hasBody: Bool {
        headers[.transferEncoding] != nil || (headers[.contentLength] ?? "0") != "0"
    }

    /// What stands after `Bearer`.
    fileprivate var bearerToken: Substring? {
        guard let header = headers[.authorization] else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return parts[1]
    }
}
