public import CambiumImaging
public import CambiumPackaging
public import CambiumTorch

/// How large a call may be.
public struct RequestLimits: Sendable {
    /// Bytes of one request's body.
    public var body = 64 << 20
    /// Bytes of the bodies of all requests under way.
    public var bodies = 512 << 20
    /// Rows of one request.
    public var rows = 1024
    /// Of one picture, checked before it is decoded.
    public var image = ImageLimits(maxPixels: 50_000_000, maxBytes: 64 << 20)
    /// Connections at a time; more wait to be accepted.
    public var connections = 1024

    /// The defaults.
    public init() {}
}

/// How long things may take.
public struct TimeLimits: Sendable {
    /// From the end of a request's body to its answer.
    public var deadline = Duration.seconds(60)
    /// From a request's head to the end of its body.
    public var body = Duration.seconds(30)
    /// Between two requests of a connection, or before its first.
    public var idle = Duration.seconds(60)
    /// For the client to take an answer.
    public var write = Duration.seconds(60)
    /// After a request to stop, while `/readyz` says no and requests are still taken.
    public var notice = Duration.seconds(1)
    /// After that, for the requests under way.
    public var drain = Duration.seconds(30)

    /// The defaults.
    public init() {}
}

/// What a server serves and within which bounds.
public struct ServiceSettings: Sendable {
    /// What is served; the first answers `/score`.
    public var models: [ModelSource]
    /// The address to listen on.
    public var host = "127.0.0.1"
    /// The port; 0 takes a free one.
    public var port = 8080
    /// Where the models compute.
    public var device = Device.cpu
    /// Threads that read requests and decode pictures.
    public var workers = 2
    /// How rows are put together.
    public var batching = Batching()
    /// How large a call may be.
    public var limits = RequestLimits()
    /// How long things may take.
    public var times = TimeLimits()
    /// The file of tokens that may ask; nil lets everyone.
    public var tokens: String?
    /// The file of tokens that may reload; nil lets nobody over HTTP.
    public var adminTokens: String?
    /// Files of the certificate chain and its private key (PEM); nil speaks plain HTTP.
    public var tls: (certificate: String, key: String)?
    /// What is done to every image that does not ask for something else.
    public var standardization: ImageStandardization?
    /// The form of answers where the request names none.
    public var shape = ResponseShape.object
    /// What pictures of a model are compared with, by the model's name.
    public var examples: [String: ExampleSource] = [:]

    /// The defaults for some models.
    public init(models: [ModelSource]) { self.models = models }
}
