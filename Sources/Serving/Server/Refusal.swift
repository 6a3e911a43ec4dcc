internal import CambiumFiles
internal import HTTPTypes

/// Why a request, or one row of it, is not answered: what the client is told.
package struct Refusal: Error, Equatable {
    /// The status of the whole response where a request fails with this.
    var status: HTTPResponse.Status
    /// A word for programs.
    package var code: String
    /// A sentence for people.
    package var message: String
    /// The member of the request or the part of the call it is about.
    var place: String
    /// Seconds after which a new try makes sense.
    package var retryAfter: Int?
    /// Methods that would do.
    var allowed: String?

    /// The contract's form.
    var answer: JSON { ["error": JSON.encode(self)] }
}

/// What stands under `error`; the rest goes into the answer's head.
extension Refusal: Encodable {
    private enum CodingKeys: String, CodingKey {
        case code, message
        case place = "where"
    }
}

extension Refusal {
    /// A body that is not what the endpoint documents.
    package static func invalid(_ place: String, _ message: String) -> Refusal {
        Refusal(status: .badRequest, code: "invalid_request", message: message, place: place)
    }

    /// A cell whose content cannot be used.
    static func cell(_ code: String, _ place: String, _ message: String) -> Refusal {
        Refusal(status: .unprocessableContent, code: code, message: message, place: place)
    }

    /// More work than the server takes on.
    static func busy(_ message: String, retryAfter: Int) -> Refusal {
        Refusal(
            status: .tooManyRequests, code: "busy", message: message, place: "server",
            retryAfter: max(retryAfter, 1))
    }

    /// A request larger than the server's limits.
    static func tooLarge(_ place: String, _ message: String) -> Refusal {
        Refusal(status: .contentTooLarge, code: "too_large", message: message, place: place)
    }

    /// The request's time is up.
    package static let deadline = Refusal(
        status: .gatewayTimeout, code: "deadline_exceeded",
        message: "the server could not answer within its time limit; try again later",
        place: "server")

    /// The client hung up, or the server is going.
    package static let cancelled = Refusal(
        status: .serviceUnavailable, code: "cancelled", message: "the request was given up",
        place: "server", retryAfter: 1)

    /// A fault of the server; the reason stands in its log, not in the answer.
    package static let fault = Refusal(
        status: .internalServerError, code: "internal",
        message: "the server failed; its log says why", place: "server")
}
