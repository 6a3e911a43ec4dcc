internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore
internal import NIOHTTPTypes

/// Watches over one connection: a body that does not end in time, an answer that nobody takes, and
/// a connection that is to be closed while the client still sends.
///
/// A socket closed with unread bytes resets the connection, and the client may lose the answer that
/// says why; so after `Connection: close` only the sending side is closed, and what still comes is
/// dropped for a while.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let times: TimeLimits
    private let bodyLimit: Int
    private var bodyTimer: Scheduled<Void>?
    private var writeTimer: Scheduled<Void>?
    private var closesAfterwards = false
    private var isLingering = false
    private static let lingering = TimeAmount.seconds(2)

    init(_ times: TimeLimits, bodyLimit: Int) { (self.times, self.bodyLimit) = (times, bodyLimit) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isLingering else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            expect(head, context)
            bodyTimer = later(times.body, context) { $0.fireErrorCaught(SlowBody()) }
        case .body: break
        case .end:
            bodyTimer?.cancel()
            bodyTimer = nil
        }
        context.fireChannelRead(data)
    }

    /// Clients with a large body may ask first.
    private func expect(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
        guard head.headerFields[.expect]?.lowercased() == "100-continue",
            Int(head.headerFields[.contentLength] ?? "0") ?? .max <= bodyLimit
        else { return }
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }

    func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            closesAfterwards = head.headerFields[.connection] == "close"
            writeTimer?.cancel()
            writeTimer = later(times.write, context) { $0.close(promise: nil) }
            context.write(data, promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            let written = promise ?? context.eventLoop.makePromise()
            let (guardian, place) = (
                NIOLoopBound(self, eventLoop: context.eventLoop),
                NIOLoopBound(context, eventLoop: context.eventLoop)
            )
            written.futureResult.whenComplete { _ in guardian.value.wasWritten(place.value) }
            context.write(data, promise: written)
        }
    }

    private func wasWritten(_ context: ChannelHandlerContext) {
        writeTimer?.cancel()
        writeTimer = nil
        guard closesAfterwards, !isLingering else { return }
        isLingering = true
        bodyTimer?.cancel()
        context.close(mode: .output, promise: nil)
        _ = later(.nanoseconds(Self.lingering.nanoseconds), context) { $0.close(promise: nil) }
        // What a client that has hung up already still holds open goes at once.
        context.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        bodyTimer?.cancel()
        writeTimer?.cancel()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if isLingering, case .some(.inputClosed) = event as? ChannelEvent {
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func later(
        _ time: Duration, _ context: ChannelHandlerContext,
        _ action: @escaping (ChannelHandlerContext) -> Void
    ) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: .init(time)) {
            if context.channel.isActive { action(context) }
        }
    }
}
