internal import CambiumFiles
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

/// Answers every request: finds the endpoint, checks the right, calls what answers, and tells log and
/// figures.
struct ServiceResponder: HTTPResponder {
    let state: ServiceState

    func respond(to request: Request, context: ServiceContext) async throws -> Response {
        let start = ContinuousClock.now
        var summary = ScoreHandler.Summary()
        let found = Endpoint.find(request.uri.path)
        state.metrics.add("cambium_requests_in_flight", [:], 1)
        var response: Response
        do {
            response = try await answer(request, found, &summary)
        } catch let refusal as Refusal {
            response = refusal.response
        } catch is CancellationError {
            response = Refusal.cancelled.response
        } catch {
            state.log(.failure("\(found?.endpoint.pattern ?? "request"): \(error)"))
            response = Refusal.fault.response
        }
        finish(&response, isRead: summary.bytes != nil || !request.hasBody)
        note(response, request, context, found?.endpoint.pattern ?? "other", .now - start, summary)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(
        _ request: Request, _ found: (endpoint: Endpoint, values: [String: String])?,
        _ summary: inout ScoreHandler.Summary
    ) async throws -> Response {
        guard let (endpoint, values) = found else { throw Refusal.notFound }
        guard endpoint.methods.contains(request.method) else {
            throw Refusal.method(endpoint.methods)
        }
        try state.check(request.bearerToken, for: endpoint.right)
        var call = EndpointCall(request, values, state)
        defer { summary = call.summary }
        return try await endpoint.answer(&call)
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
