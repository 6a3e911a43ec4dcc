internal import CambiumImaging
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// A request at an endpoint, with what its path says and what the log will say of it.
struct EndpointCall: Sendable {
    let request: Request
    /// What stands in the place of the pattern's braces.
    let values: [String: String]
    let state: ServiceState
    var summary = ScoreHandler.Summary()

    init(_ request: Request, _ values: [String: String], _ state: ServiceState) {
        (self.request, self.values, self.state) = (request, values, state)
    }

    /// What the path has in the place of a brace.
    func value(_ name: String) -> String { values[name] ?? "" }

    /// The model that the path names.
    func namedModel() throws(Refusal) -> ServedModel {
        let name = value("name")
        guard let model = state.models[name] else { throw .unknownModel(name) }
        return model
    }

    /// The first model, or the one of `?model=`.
    func chosenModel() throws(Refusal) -> ServedModel {
        guard let name = request.uri.queryParameters["model"] else {
            guard let first = state.models.first else { throw .unknownModel("") }
            return first
        }
        guard let model = state.models[String(name)] else { throw .unknownModel(String(name)) }
        return model
    }

    mutating func score(_ model: ServedModel) async throws -> Response {
        let body = try await ScoreHandler(state: state).answer(request, model, &summary)
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// Figures for Prometheus.
    func figures() -> Response {
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

    /// The image of the known example that the path names.
    func example(of model: ServedModel?) throws -> Response {
        guard let number = Int(value("row")), let bytes = try model?.examples?.image(number) else {
            throw Refusal.notFound
        }
        let isPNG = ImageFormat.claimed(by: bytes) == .png
        return Response(
            status: .ok, headers: [.contentType: isPNG ? "image/png" : "image/jpeg"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
