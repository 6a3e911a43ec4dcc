import CambiumFiles
import Foundation
import Glibc

/// A small server on the loopback that answers as the endpoint's document says, or misbehaves as
/// a test tells it to. The vector of a row is its length, its first byte, and 1.
final class FakeEndpoint: Sendable {
    /// A request: how many came before it, its rows, and what its headers said.
    struct Request: Sendable {
        let number: Int
        let rows: [[UInt8]]
        let authorization: String?
    }

    /// What to do with a request.
    enum Reply: Sendable {
        case vectors
        /// A list with an object a row, as the cloud's client reads.
        case rows
        case body(String)
        case status(Int, headers: String = "", body: String = "")
        case drop
        /// Half of what was promised.
        case truncated
        case slow(Double)
    }

    private let descriptor: Int32
    let port: Int
    private let reply: @Sendable (Request) -> Reply
    private let log = Lock<[Request]>([])
    private let active = Lock((now: 0, most: 0))

    init(_ reply: @escaping @Sendable (Request) -> Reply = { _ in .vectors }) throws {
        self.reply = reply
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (socket, size) = (descriptor, length)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                bind(socket, name, size) == 0 && listen(socket, 64) == 0
                    && getsockname(socket, name, &length) == 0
            }
        }
        guard bound else { throw FileError.missing(path: "a port") }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(socket, nil, nil)
                guard connection >= 0, let self else { return }
                Thread.detachNewThread {
                    self.serve(connection)
                    close(connection)
                }
            }
        }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    var url: String { "http://127.0.0.1:\(port)/score" }
    var requests: [Request] { log.withLock { $0 } }
    /// The most requests at the same time.
    var most: Int { active.withLock { $0.most } }

    private func serve(_ connection: Int32) {
        var buffer: [UInt8] = []
        while let (head, body) = Self.message(connection, &buffer) {
            active.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            let lines = head.split(separator: "\r\n")
            let authorization = lines.first { $0.lowercased().hasPrefix("authorization: ") }
            let request = log.withLock { log in
                let request = Request(
                    number: log.count, rows: Self.rows(body),
                    authorization: authorization.map { String($0.dropFirst(15)) })
                log.append(request)
                return request
            }
            guard answer(request, connection) else { return }
        }
    }

    private func answer(_ request: Request, _ connection: Int32) -> Bool {
        let vectors = request.rows.map { "[\($0.count), \($0.first ?? 0), 1]" }
        let object =
            "{\"image_features\": [\(vectors.joined(separator: ", "))], "
            + "\"text_features\": [\(vectors.joined(separator: ", "))]}"
        let reply = reply(request)
        if case .slow(let seconds) = reply { usleep(UInt32(seconds * 1e6)) }
        // Before it is answered: whoever has the answer may send the next one.
        active.withLock { $0.now -= 1 }
        switch reply {
        case .vectors, .slow: return Self.send(connection, 200, "", object)
        case .rows:
            let rows = vectors.map { "{\"image_features\": [\($0)], \"text_features\": [\($0)]}" }
            return Self.send(connection, 200, "", "[\(rows.joined(separator: ", "))]")
        case .body(let text): return Self.send(connection, 200, "", text)
        case .status(let status, let headers, let body):
            return Self.send(connection, status, headers, body)
        case .drop: return false
        case .truncated:
            let head = "HTTP/1.1 200 OK\r\nContent-Length: \(object.utf8.count)\r\n\r\n"
            _ = Self.write(connection, head + object.prefix(object.count / 2))
            return false
        }
    }

    private static func send(
        _ connection: Int32, _ status: Int, _ headers: String, _ body: String
    ) -> Bool {
        write(
            connection,
            "HTTP/1.1 \(status) X\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    private static func write(_ connection: Int32, _ text: some StringProtocol) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// The next request's head and body; nil at the connection's end.
    private static func message(
        _ connection: Int32, _ buffer: inout [UInt8]
    ) -> (head: String, body: [UInt8])? {
        while true {
            if let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
                let line = head.lowercased().split(separator: "\r\n")
                    .first { $0.hasPrefix("content-length: ") }
                let count = line.flatMap { Int($0.dropFirst(16)) } ?? 0
                if buffer.count >= end.upperBound + count {
                    let body = Array(buffer[end.upperBound..<end.upperBound + count])
                    buffer.removeFirst(end.upperBound + count)
                    return (head, body)
                }
            }
            var block = [UInt8](repeating: 0, count: 1 << 16)
            let count = recv(connection, &block, block.count, 0)
            guard count > 0 else { return nil }
            buffer += block[..<count]
        }
    }

    /// The cells that are not empty, decoded.
    private static func rows(_ body: [UInt8]) -> [[UInt8]] {
        let json = try? JSON(parsing: body)
        return (json?["input_data"]?["data"]?.array ?? []).map { row in
            let (image, text) = (row.array?[0].string ?? "", row.array?[1].string ?? "")
            return image.isEmpty
                ? Array(text.utf8) : Array(Data(base64Encoded: image) ?? Data())
        }
    }
}
