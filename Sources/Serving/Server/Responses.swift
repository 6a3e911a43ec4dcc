internal import CambiumFiles
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

extension Response {
    static func json(_ json: JSON, status: HTTPResponse.Status = .ok) -> Response {
        text(json.line + "\n", "application/json", status: status)
    }

    static func text(
        _ text: String, _ type: String, status: HTTPResponse.Status = .ok
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

extension Refusal {
    /// The whole answer.
    var response: Response {
        var response = Response.json(answer, status: status)
        if let retryAfter { response.headers[.retryAfter] = "\(retryAfter)" }
        if status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        if let allowed { response.headers[.allow] = allowed }
        return response
    }

    /// A path that leads nowhere.
    static let notFound = Refusal(
        status: .notFound, code: "not_found",
        message: "nothing stands here; /openapi.json describes what does", place: "path")

    /// A method that a path does not take.
    static func method(_ methods: [HTTPRequest.Method]) -> Refusal {
        let names = methods.map(\.rawValue).joined(separator: ", ")
        return Refusal(
            status: .methodNotAllowed, code: "method_not_allowed", message: "use \(names)",
            place: "method", allowed: names)
    }

    /// The server is about to go.
    static let draining = Refusal(
        status: .serviceUnavailable, code: "draining", message: "the server is stopping",
        place: "server", retryAfter: 5)
}
