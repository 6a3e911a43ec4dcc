internal import AsyncHTTPClient
internal import CambiumFiles
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL

/// Requests to one endpoint: sent again where that may help, divided where a row spoils the others.
final class EndpointSession: Sendable {
    /// A wait that is asked for and that nobody would sit out.
    private static let longestWait = 3600.0
    /// How often an answer that makes no sense is asked for again.
    private static let patience = 3

    private let endpoint: Endpoint
    private let kind: RemoteKind
    private let client: HTTPClient
    private let pace = Pace()
    private let proof = Proof()

    /// Whether the endpoint has answered any row.
    private actor Proof {
        private(set) var works = false
        func note() { works = true }
    }

    init(_ endpoint: Endpoint, _ kind: RemoteKind) throws(RemoteError) {
        (self.endpoint, self.kind) = (endpoint, kind)
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(Int64(max(1, min(30, endpoint.timeout))))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            endpoint.concurrency
        // Failures are counted and waited for here.
        configuration.connectionPool.retryConnectionEstablishment = false
        if let path = endpoint.certificates {
            var tls = TLSConfiguration.makeClientConfiguration()
            do {
                let certificates = try NIOSSLCertificate.fromPEMFile(path)
                guard !certificates.isEmpty else { throw NIOSSLError.failedToLoadCertificate }
                tls.trustRoots = .certificates(certificates)
            } catch { throw .unusable("\(path): holds no certificates in PEM form") }
            configuration.tlsConfiguration = tls
        }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func close() async { try? await client.shutdown() }

    /// A result a row, whatever it takes.
    func results(_ rows: [RemoteRow]) async throws -> [RowResult] {
        switch try await ask(rows) {
        case .success(let results):
            await proof.note()
            return results
        case .failure(let refusal):
            guard rows.count > 1 else { return [.rejected(refusal.reason)] }
            // One of them, at least: half of them each.
            let middle = rows.count / 2
            return try await results(Array(rows[..<middle])) + results(Array(rows[middle...]))
        }
    }

    /// What one attempt came to.
    private enum Attempt {
        case results([RowResult])
        /// The rows are refused.
        case refusal(String)
        /// Nothing about the rows: another attempt may do.
        case later(String, asked: Double?, isFault: Bool)
        /// An answer that makes no sense.
        case nonsense(String)
    }

    private struct Refusal: Error {
        let reason: String
    }

    private func ask(_ rows: [RemoteRow]) async throws -> Result<[RowResult], Refusal> {
        let body = ScoreRequestBody.bytes(rows, kind)
        var (failures, nonsense) = (0, 0)
        while true {
            try await pace.wait()
            var asked: Double?
            var reason = ""
            var isFault = false
            switch try await attempt(body, rows.count) {
            case .results(let results): return .success(results)
            case .refusal(let reason): return .failure(Refusal(reason: reason))
            case .later(let text, let seconds, let fault):
                (reason, asked, isFault) = (text, seconds, fault)
            case .nonsense(let text):
                nonsense += 1
                guard nonsense < Self.patience else { return .failure(Refusal(reason: text)) }
                reason = text
            }
            failures += 1
            guard failures <= endpoint.retries, asked ?? 0 <= Self.longestWait else {
                // A row that breaks a server that works for others is the row's own matter.
                if isFault, await proof.works || rows.count > 1 {
                    return .failure(Refusal(reason: reason))
                }
                throw RemoteError.gaveUp(url: endpoint.url, attempts: failures, reason: reason)
            }
            let wait = endpoint.backoff.wait(
                failures: failures, asked: asked, chance: Double.random(in: 0..<1))
            if asked != nil { await pace.hold(wait) }
            try await Task.sleep(for: .seconds(wait))
        }
    }

    private func attempt(_ body: [UInt8], _ count: Int) async throws -> Attempt {
        var request = HTTPClientRequest(url: endpoint.url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "cambium/\(Release.version)")
        if let token = endpoint.token {
            request.headers.add(name: "Authorization", value: "Bearer \(token)")
        }
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            let deadline = NIODeadline.now() + .milliseconds(Int64(endpoint.timeout * 1000))
            let response = try await client.execute(request, deadline: deadline)
            // Numbers in their longest form, and room for what else an answer holds.
            let limit = (1 << 20) + count * (1 << 19)
            let bytes = try await response.body.collect(upTo: limit)
            return try judge(
                Int(response.status.code), response.headers.first(name: "Retry-After"),
                Array(bytes.readableBytesView), count)
        } catch is NIOTooManyBytesError {
            return .nonsense("its answer is longer than any answer")
        } catch let error as RemoteError {
            throw error
        } catch let error as HTTPClientError where Self.isUsage(error) {
            throw RemoteError.unusable(
                "\(shown(endpoint.url)): is no address of an endpoint; give http(s)://HOST/score")
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            if let reason = Self.distrust(error) {
                throw RemoteError.unusable("\(shown(endpoint.url)): \(reason)")
            }
            return .later("no answer: \(Self.sentence(error))", asked: nil, isFault: false)
        }
    }

    /// Why no secure connection comes about that another attempt would not change.
    private static func distrust(_ error: any Error) -> String? {
        if let error = error as? NIOSSLExtraError, error == .failedToValidateHostname {
            return "its certificate is for another name; check the address (--endpoint)"
        }
        // BoringSSL's reasons have no other form.
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "its certificate is not trusted here; give its authority's with --ca-certificate"
        }
        return text.contains("WRONG_VERSION_NUMBER")
            ? "speaks no TLS; if that is meant, the address begins with http://" : nil
    }

    private func judge(
        _ status: Int, _ retryAfter: String?, _ body: [UInt8], _ count: Int
    ) throws(RemoteError) -> Attempt {
        func message() -> String { Self.message(body) }
        switch status {
        case 200..<300:
            do throws(ScoreAnswerBody.Unusable) {
                return .results(try ScoreAnswerBody.results(body, count: count, kind))
            } catch { return .nonsense(error.reason) }
        case 408, 425, 429, 500...:
            return .later(
                "it answers \(status)",
                asked: RetryAfter.seconds(retryAfter, now: RetryAfter.now), isFault: status == 500)
        case 400, 413, 415, 422, 424: return .refusal("\(status): \(message())")
        default:
            throw .refused(url: endpoint.url, status: status, reason: message())
        }
    }

    /// What an error's body says, one short line.
    private static func message(_ body: [UInt8]) -> String {
        if let json = try? JSON(parsing: body) { return ScoreAnswerBody.reason(json) }
        return shown(String(decoding: body.prefix(200), as: UTF8.self))
    }

    private static func isUsage(_ error: HTTPClientError) -> Bool {
        [.invalidURL, .emptyHost, .emptyScheme, .missingSocketPath].contains(error)
            || "\(error)".contains("unsupportedScheme")
    }

    private static func sentence(_ error: any Error) -> String {
        if let code = (error as? IOError)?.errnoCode { return String(cString: strerror(code)) }
        guard let error = error as? HTTPClientError else { return shown("\(error)") }
        switch error {
        case .connectTimeout: return "no connection in time"
        case .deadlineExceeded, .readTimeout: return "not in time"
        case .remoteConnectionClosed: return "the connection was closed"
        default: return shown(error.shortDescription)
        }
    }
}
