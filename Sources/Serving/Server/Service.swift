internal import CambiumFiles
internal import Glibc
internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import ServiceLifecycle

/// A server of models over HTTP, from loading to its last answer.
public final class Service: Sendable {
    private let state: ServiceState
    private let settings: ServiceSettings
    private let tls: TLSConfiguration?
    private let group = Lock<ServiceGroup?>(nil)

    /// Loads the models and reads tokens and certificates.
    public init(_ settings: ServiceSettings, log: @escaping ServiceLog) async throws {
        self.settings = settings
        tls = try settings.tls.map { try Self.tls(certificate: $0.certificate, key: $0.key) }
        state = try await ServiceState(settings, log: log)
    }

    private static func tls(certificate: String, key: String) throws -> TLSConfiguration {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificate).map {
                NIOSSLCertificateSource.certificate($0)
            }
            let key = try NIOSSLPrivateKey(file: key, format: .pem)
            var tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain, privateKey: .privateKey(key))
            tls.minimumTLSVersion = .tlsv12
            _ = try NIOSSLContext(configuration: tls)
            return tls
        } catch {
            throw ServingError.setting(
                "\(certificate), \(key): no certificate and key in PEM that fit together: \(error)")
        }
    }

    /// Serves until ``stop()`` has been waited out. `ready` hears the address that is listened on.
    public func run(ready: @escaping @Sendable (_ address: String) -> Void) async throws {
        let (host, scheme) = (settings.host, tls == nil ? "http" : "https")
        let limits = settings.limits
        let plain = HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [
                    ConnectionGuard(self.settings.times, bodyLimit: limits.body)
                ],
                idleTimeout: TimeAmount(settings.times.idle)))
        let application = Application(
            responder: ServiceResponder(state: state),
            server: try tls.map { try .tls(plain, tlsConfiguration: $0) } ?? plain,
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: settings.port), serverName: nil, backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
            onServerRunning: { channel in
                let name = host.contains(":") ? "[\(host)]" : host
                ready("\(scheme)://\(name):\(channel.localAddress?.port ?? 0)")
            },
            logger: Logger(label: "cambium") { [state] _ in ForwardingLogHandler(log: state.log) })
        var configuration = ServiceGroupConfiguration(
            services: [application], gracefulShutdownSignals: [], cancellationSignals: [],
            logger: application.logger)
        configuration.maximumGracefulShutdownDuration = settings.times.drain
        let group = ServiceGroup(configuration: configuration)
        self.group.withLock { $0 = group }
        do {
            try await group.run()
        } catch let error as IOError {
            let reason =
                switch error.errnoCode {
                case EADDRINUSE: "another program listens there; choose a port with --port"
                case EACCES: "this user may not; choose a port from 1024 on with --port"
                case EADDRNOTAVAIL: "this machine has no such address; check --host"
                default: String(cString: strerror(error.errnoCode))
                }
            throw ServingError.address("\(host):\(settings.port): cannot listen: \(reason)")
        } catch let error as SocketAddressError {
            throw ServingError.address(
                "\(host):\(settings.port): no such address; check --host (\(error))")
        }
    }

    /// Lets the requests under way end and refuses new connections; before that, `/readyz` says no
    /// for a while, so that whoever hands out work looks elsewhere.
    public func stop() async {
        guard !state.isDraining else { return }
        state.drain()
        state.log(.note("stopping"))
        try? await Task.sleep(for: settings.times.notice)
        await group.withLock { $0 }?.triggerGracefulShutdown()
    }

    /// Reads the tokens and loads every model again; what does not load leaves the old one.
    public func reload() async { await state.reloadAll() }
}
