import CambiumFiles
import Foundation
import Glibc

/// A client of its own, a connection a call: what it sends is what the test wrote.
struct Caller {
    let port: Int

    struct Answer: Sendable {
        let status: Int
        let head: String
        let body: [UInt8]

        var json: JSON { (try? JSON(parsing: body)) ?? .null }
        var text: String { String(decoding: body, as: UTF8.self) }
        /// The code of an error.
        var code: String? { json["error"]?["code"]?.string }
    }

    struct Failure: Error {}

    /// Calls a path; with a body it is a POST.
    func call(
        _ path: String, _ body: String? = nil, method: String? = nil, headers: [String] = []
    ) async throws -> Answer {
        var lines = ["\(method ?? (body == nil ? "GET" : "POST")) \(path) HTTP/1.1", "Host: here"]
        lines += headers + ["Connection: close"]
        if let body { lines.append("Content-Length: \(body.utf8.count)") }
        return try await send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
    }

    /// Sends bytes as they are and reads until the server closes. On a thread of its own: the
    /// tests' pool also carries the server.
    func send(_ text: String) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try exchange(text) })
            }
        }
    }

    private func exchange(_ text: String) throws -> Answer {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw Failure() }
        var limit = timeval(tv_sec: 300, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        return try parse(receive(descriptor))
    }

    private func receive(_ descriptor: Int32) -> [UInt8] {
        var (all, part) = ([UInt8](), [UInt8](repeating: 0, count: 65536))
        while true {
            let count = recv(descriptor, &part, part.count, 0)
            guard count > 0 else { return all }
            all += part[..<count]
        }
    }

    private func parse(_ bytes: [UInt8]) throws -> Answer {
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: [13, 10, 13, 10]) })
        else { throw Failure() }
        let head = String(decoding: bytes[..<end], as: UTF8.self)
        guard let status = head.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw Failure()
        }
        return Answer(status: status, head: head, body: Array(bytes[(end + 4)...]))
    }
}
