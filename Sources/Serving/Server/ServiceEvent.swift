public import CambiumFiles
internal import Logging

/// What a service tells whoever started it.
public enum ServiceEvent: Sendable {
    /// A request was answered: what is said of it holds nothing that the client sent as data.
    case access([String: JSON])
    /// Something was done.
    case note(String)
    /// Something went wrong that no client is to blame for.
    case failure(String)
}

/// Where events go.
public typealias ServiceLog = @Sendable (ServiceEvent) -> Void

/// Hands Hummingbird's own complaints to the service's log; its chatter is dropped.
struct ForwardingLogHandler: LogHandler {
    let log: ServiceLog
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.error

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { log(.failure("\(event.message)")) }
}
