internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// Reads a request's body within its limits: what a header promises is checked before anything is
/// read, what comes is counted as it comes.
struct RequestBodyReader {
    let limits: RequestLimits
    let admission: Admission

    /// The body, and the room it takes, to be held as long as its parts live.
    func read(_ request: Request) async throws -> (body: ByteBuffer, room: Admission.Reservation) {
        try checkType(request)
        let promised = try promised(request)
        let room = try admission.reserve(promised ?? 0)
        var body = ByteBuffer()
        if let promised { body.reserveCapacity(promised) }
        do {
            for try await part in request.body {
                let total = body.readableBytes + part.readableBytes
                guard total <= limits.body else { throw tooLarge("more than") }
                if promised == nil { try room.grow(to: total) }
                body.writeImmutableBuffer(part)
            }
        } catch let refusal as Refusal {
            throw refusal
        } catch is SlowBody {
            throw Refusal(
                status: .requestTimeout, code: "body_too_slow",
                message: "the body did not arrive in time", place: "body")
        } catch is CancellationError {
            throw Refusal.cancelled
        } catch {
            // Only the client's bytes can fail here: chunks that are none, or an end too early.
            throw Refusal.invalid("body", "broke off or is not framed as HTTP/1.1 says")
        }
        return (body, room)
    }

    private func promised(_ request: Request) throws(Refusal) -> Int? {
        guard let header = request.headers[.contentLength] else { return nil }
        guard let length = Int(header), length >= 0 else {
            throw .invalid("Content-Length", "is no number of bytes")
        }
        guard length <= limits.body else { throw tooLarge("\(length)") }
        return length
    }

    private func tooLarge(_ size: String) -> Refusal {
        .tooLarge("body", "\(size) bytes where \(limits.body) are the limit; send fewer rows")
    }

    /// JSON, under whatever name; nothing said is fine too, as `curl -d` needs its own name.
    private func checkType(_ request: Request) throws(Refusal) {
        guard let type = request.headers[.contentType] else { return }
        let name = type.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        guard name == "application/json" || name.hasSuffix("+json") else {
            throw Refusal(
                status: .unsupportedMediaType, code: "unsupported_media_type",
                message: "send application/json", place: "Content-Type")
        }
    }
}

/// The body of a request did not come to its end in time.
struct SlowBody: Error {}
