import CambiumFiles
import CambiumRemote
import Glibc
import Synchronization
import Testing

@Suite struct RemoteEmbedderTests {
    /// Rows of different lengths and first bytes.
    private static func content(_ number: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(number + 1), count: number + 2)
    }

    private static func vector(_ number: Int) -> RowResult {
        .vector([Float(number + 2), Float(number + 1), 1])
    }

    private func embed(
        _ server: FakeEndpoint, rows count: Int = 20, kind: RemoteKind = .image,
        _ change: (inout Endpoint) -> Void = { _ in }
    ) async throws -> [RowResult?] {
        var endpoint = Endpoint(url: server.url)
        (endpoint.batchSize, endpoint.backoff.first, endpoint.backoff.limit) = (4, 0.01, 0.05)
        change(&endpoint)
        var results = [RowResult?](repeating: nil, count: count)
        try await RemoteEmbedder(endpoint, kind).embed(Array(0..<count)) {
            .success(RemoteRow(number: $0, content: Self.content($0)))
        } take: { row, result in
            #expect(results[row.number] == nil)
            results[row.number] = result
        }
        return results
    }

    @Test func `both shapes of an answer, images and texts`() async throws {
        for kind in [RemoteKind.image, .text] {
            for reply in [FakeEndpoint.Reply.vectors, .rows] {
                let server = try FakeEndpoint { _ in reply }
                let results = try await embed(server, kind: kind)
                #expect(results == (0..<20).map(Self.vector))
                #expect(server.requests.count == 5)
            }
        }
    }

    @Test func `what fails for a moment is sent again`() async throws {
        let replies: [FakeEndpoint.Reply] = [
            .status(500), .status(503), .status(429), .status(408), .drop, .truncated,
            .body("{\"image_features\": [[1, NaN, 1]]}"), .body("{\"image_features\": []}"),
            .body("[1, 2]"), .body(""),
        ]
        for reply in replies {
            let server = try FakeEndpoint { $0.number % 2 == 0 ? reply : .vectors }
            let results = try await embed(server) { $0.concurrency = 1 }
            #expect(results == (0..<20).map(Self.vector), "\(reply)")
            #expect(server.requests.count == 10)
        }
    }

    @Test func `Retry-After is waited for, by all`() async throws {
        let times = Lock<[ContinuousClock.Instant]>([])
        let server = try FakeEndpoint { request in
            times.withLock { $0.append(.now) }
            return request.number == 0 ? .status(429, headers: "Retry-After: 1\r\n") : .vectors
        }
        _ = try await embed(server, rows: 8) { $0.concurrency = 1 }
        let found = times.withLock { $0 }
        #expect(found[1] - found[0] >= .seconds(1))
        let never = try FakeEndpoint { _ in
            .status(503, headers: "Retry-After: Fri, 31 Dec 2199 23:59:59 GMT\r\n")
        }
        await #expect(throws: RemoteError.self) { try await self.embed(never) }
        #expect(never.requests.count <= 4)
    }

    @Test func `no more requests at the same time than allowed`() async throws {
        // The first ones wait for each other, so that they are there at the same time.
        let arrived = Atomic(0)
        let server = try FakeEndpoint { _ in
            arrived.add(1, ordering: .relaxed)
            for _ in 0..<6000 where arrived.load(ordering: .relaxed) < 3 { usleep(10_000) }
            return .slow(0.05)
        }
        #expect(try await embed(server, rows: 40) { $0.concurrency = 3 }.allSatisfy { $0 != nil })
        #expect(server.most == 3)
    }

    @Test func `an answer that does not come in time is given up`() async throws {
        let server = try FakeEndpoint { $0.number == 0 ? .slow(60) : .vectors }
        let results = try await embed(server, rows: 4) { $0.timeout = 2 }
        #expect(results == (0..<4).map(Self.vector))
    }

    /// Refused with 400, 500 for ever, an answer that makes no sense, or named in the answer.
    @Test(arguments: 0..<4)
    func `a row that cannot be embedded does not take others with it`(way: Int) async throws {
        let bad: Set<UInt8> = [3, 12, 13]
        let server = try FakeEndpoint { request in
            let rows = request.rows.indices.filter { bad.contains(request.rows[$0].first ?? 0) }
            guard !rows.isEmpty else { return .vectors }
            switch way {
            case 0:
                return .status(
                    400, body: "{\"error\": {\"code\": \"bad_image\", \"message\": \"no image\"}}")
            case 1: return .status(500)
            case 2: return .body("nonsense")
            default:
                let list = request.rows.indices.map { index in
                    rows.contains(index)
                        ? "null" : "[\(request.rows[index].count), \(request.rows[index][0]), 1]"
                }
                let errors = rows.map { "{\"row\": \($0), \"message\": \"no image\"}" }
                return .body(
                    "{\"image_features\": [\(list.joined(separator: ", "))], "
                        + "\"errors\": [\(errors.joined(separator: ", "))]}")
            }
        }
        let results = try await embed(server) { $0.retries = 2 }
        for number in 0..<20 {
            guard bad.contains(UInt8(number + 1)) else {
                #expect(results[number] == Self.vector(number))
                continue
            }
            guard case .rejected(let reason) = results[number] else {
                Issue.record("row \(number) was taken")
                continue
            }
            if way == 0 { #expect(reason == "400: no image") }
        }
    }

    @Test func `an endpoint that does not work ends the work`() async throws {
        let cases: [(FakeEndpoint.Reply, String)] = [
            (.status(401, body: "{\"error\": {\"message\": \"who?\"}}"), "--token-file"),
            (.status(404), "--endpoint"), (.status(302, headers: "Location: /\r\n"), "302"),
            (.status(503), "it answers 503, 3 times"), (.drop, "the connection was closed"),
        ]
        for (reply, mentioned) in cases {
            let server = try FakeEndpoint { _ in reply }
            let error = await #expect(throws: RemoteError.self) {
                try await self.embed(server) { $0.retries = 2 }
            }
            #expect(error?.description.contains(mentioned) == true, "\(error as Any)")
        }
        let nobody = try FakeEndpoint()
        let error = await #expect(throws: RemoteError.self) {
            try await self.embed(nobody) { ($0.url, $0.retries) = ("http://127.0.0.1:1/score", 1) }
        }
        #expect(error?.description.contains("no answer") == true)
    }

    @Test func `the token is sent and never told`() async throws {
        let server = try FakeEndpoint { $0.number == 0 ? .vectors : .status(403) }
        let error = await #expect(throws: RemoteError.self) {
            try await self.embed(server) { ($0.token, $0.concurrency) = ("a-secret", 1) }
        }
        #expect(server.requests.first?.authorization == "Bearer a-secret")
        #expect(error?.description.contains("a-secret") == false)
        var endpoint = Endpoint(url: "http://example.org/score")
        endpoint.token = "x"
        #expect(endpoint.sendsTokenInTheOpen)
        endpoint.url = "http://localhost:80/score"
        #expect(!endpoint.sendsTokenInTheOpen)
    }

    @Test func `large rows go alone, rows that cannot be read are set apart`() async throws {
        let server = try FakeEndpoint()
        var endpoint = Endpoint(url: server.url)
        (endpoint.batchSize, endpoint.batchBytes) = (10, 5)
        var results: [Int: RowResult] = [:]
        try await RemoteEmbedder(endpoint, .image).embed([0, 1, 2, 3, 4]) { number in
            number == 2
                ? .failure(RowRefusal("unreadable"))
                : .success(RemoteRow(number: number, content: Self.content(number)))
        } take: {
            results[$0.number] = $1
        }
        #expect(results.count == 5 && results[2] == .rejected("unreadable"))
        #expect(server.requests.map(\.rows.count).sorted() == [1, 1, 2])
    }
}
