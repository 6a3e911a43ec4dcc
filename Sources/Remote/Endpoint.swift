/// An embedding endpoint and how it is called.
public struct Endpoint: Sendable, Equatable {
    /// Where requests are posted to: `https://HOST/score`.
    public var url: String
    /// Sent as a bearer token; never shown.
    public var token: String?
    /// A file of certificates (PEM) to trust in the place of the system's.
    public var certificates: String?
    /// Seconds that one request may take.
    public var timeout = 120.0
    /// Requests at the same time.
    public var concurrency = 4
    /// Rows a request at most.
    public var batchSize = 32
    /// Bytes of images or texts a request at most, unless one row alone is larger.
    public var batchBytes = 16 << 20
    /// How often a request is sent again that failed for no fault of its own.
    public var retries = 8
    /// How long to wait before.
    public var backoff = Backoff()

    /// An endpoint with the defaults above.
    public init(url: String) { self.url = url }

    /// Its address without what may be secret: a name and password before the host, a query.
    package var place: String {
        var parts = url.prefix { $0 != "?" && $0 != "#" }
            .split(separator: "/", omittingEmptySubsequences: false)
        if parts.count > 2, parts[1].isEmpty {
            parts[2] = parts[2].split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        }
        return parts.joined(separator: "/")
    }

    /// Whether the token would travel readable, to another machine.
    public var sendsTokenInTheOpen: Bool {
        guard token != nil, url.lowercased().hasPrefix("http://") else { return false }
        let host = url.dropFirst(7).prefix { $0 != "/" && $0 != "?" }
        return !["127.0.0.1", "localhost", "[::1]"].contains { name in
            host == name || host.hasPrefix("\(name):")
        }
    }
}
