import CambiumFiles
import CambiumImaging
import CambiumServing
import CambiumTestFolders
import Testing

@Suite(.serialized) struct ServiceLimitsTests {
    let counter: Counter

    init() throws { counter = try Counter() }

    @Test func `what is larger than the limits is refused before it is read`() async throws {
        let image = try counter.base64("small.png")
        let rows = counter.request([["", "a"], ["", "b"], ["", "c"]])
        let single = counter.request([[image, ""]])
        let answers = try await counter.serving {
            ($0.limits.body, $0.limits.rows) = (100_000, 2)
            $0.limits.image = ImageLimits(maxPixels: 16, maxBytes: 100_000)
        } _: { caller, _ in
            [
                try await caller.call("/score", rows),
                try await caller.call("/score", single),
                // Announced only: the answer comes without the body.
                try await caller.send(
                    "POST /score HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999\r\n\r\n"),
                try await caller.send(
                    "POST /score HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n"
                        + String(repeating: " ", count: 0x20000) + "\r\n0\r\n\r\n"),
                try await caller.call("/score", "{}", headers: ["Content-Type: text/plain"]),
            ]
        }
        #expect(answers.map(\.status) == [413, 413, 413, 413, 415])
        #expect(answers[1].code == "image_too_large")
    }

    @Test func `a full queue says when to come again`() async throws {
        let body = counter.request([["", "a"], ["", "b"], ["", "c"]])
        let answer = try await counter.serving {
            $0.batching = Batching(size: 2, queue: 2)
        } _: { caller, _ in
            try await caller.call("/score", body)
        }
        #expect(answer.status == 429 && answer.code == "busy")
        #expect(answer.head.contains("Retry-After: "))
    }

    @Test func `a body that does not come ends with 408, time that is up with 504`() async throws {
        let image = try counter.base64()
        let body = counter.request([[image, ""]])
        let (slow, late) = try await (
            counter.serving {
                $0.times.body = .milliseconds(200)
            } _: { caller, _ in
                try await caller.send(
                    "POST /score HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{")
            },
            counter.serving {
                $0.times.deadline = .zero
            } _: { caller, _ in
                try await caller.call("/score", body)
            }
        )
        #expect(slow.status == 408 && slow.code == "body_too_slow")
        #expect(late.status == 504 && late.code == "deadline_exceeded")
    }

    @Test(arguments: ["zz\r\n{\r\n0\r\n\r\n", "1\r\n{}}}\r\n", "-1\r\n{\r\n"])
    func `chunks that are none are the client's fault`(chunks: String) async throws {
        let ear = Ear()
        let answer = try await counter.serving(log: ear.hear) { caller, _ in
            try await caller.send(
                "POST /score HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
        }
        #expect(answer.status == 400, "\(answer.text)")
        #expect(!ear.lines.contains { $0.hasPrefix("failure") }, "\(ear.lines)")
    }

    @Test func `tokens are asked for, and commands need their own`() async throws {
        let callers = try counter.folder.write("alpha\n", to: "tokens")
        let admins = try counter.folder.write("omega\n", to: "admins")
        let body = counter.request([["", "a"]])
        let statuses = try await counter.serving {
            ($0.tokens, $0.adminTokens) = (callers, admins)
        } _: { caller, _ in
            var statuses: [Int] = []
            for headers in [[], ["Authorization: Bearer beta"], ["Authorization: Bearer alpha"]] {
                for path in ["/score", "/v1/models/bundle/reload"] {
                    statuses.append(try await caller.call(path, body, headers: headers).status)
                }
            }
            let admin = ["Authorization: bearer omega"]
            statuses.append(
                try await caller.call("/v1/models/bundle/reload", "", headers: admin).status)
            statuses.append(try await caller.call("/healthz").status)
            statuses.append(try await caller.call("/metrics").status)
            return statuses
        }
        #expect(statuses == [401, 401, 401, 401, 200, 403, 200, 200, 401])
    }

    @Test func `without admin tokens nobody reloads over HTTP`() async throws {
        let answer = try await counter.serving { caller, _ in
            try await caller.call("/v1/models/bundle/reload", "")
        }
        #expect(answer.status == 403)
    }

    @Test func `a reload takes the new bundle, and one that does not load changes nothing`()
        async throws
    {
        let counter = counter
        let ear = Ear()
        let body = counter.request([[try counter.base64(), ""]])
        let labels = try await counter.serving(log: ear.hear) { caller, service in
            var labels: [JSON?] = [try await caller.call("/score", body).json["labels"]]
            try counter.pack(["one", "two"])
            await service.reload()
            labels.append(try await caller.call("/score", body).json["labels"])
            try counter.folder.write("changed", to: "bundle/labels.txt")
            await service.reload()
            labels.append(try await caller.call("/score", body).json["labels"])
            return labels
        }
        #expect(
            labels == [["x-ray chest", "mri brain", "Läsion"], ["one", "two"], ["one", "two"]])
        #expect(ear.lines.contains { $0.hasPrefix("failure: bundle: not reloaded") })
    }

    @Test func `a server that stops answers what it has begun and says that it is not ready`()
        async throws
    {
        let counter = counter
        let body = counter.request([[try counter.base64(), "a"]])
        let (ready, begun) = try await counter.serving {
            // It has to answer twice within this time.
            $0.times.notice = .seconds(10)
        } _: { caller, service in
            async let stopped: Void = service.stop()
            var ready = try await caller.call("/readyz")
            while ready.status == 200 { ready = try await caller.call("/readyz") }
            let begun = try await caller.call("/score", body)
            await stopped
            return (ready, begun)
        }
        #expect(ready.status == 503 && ready.code == "draining")
        #expect(begun.status == 200)
    }

    @Test func `the log names no content of a request`() async throws {
        let ear = Ear()
        let counter = counter
        let body = counter.request([["", "Jane Doe"], ["bm8=", ""]])
        _ = try await counter.serving(log: ear.hear) { caller, _ in
            _ = try await caller.call("/score", body)
            return try await caller.call("/Jane%20Doe?name=Jane")
        }
        let lines = ear.lines.filter { $0.contains("\"event\": \"request\"") }
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { !$0.contains("Jane") && !$0.contains("bm8=") })
        #expect(lines[0].contains("\"route\": \"/score\""))
        #expect(lines[1].contains("\"route\": \"other\""))
    }

    @Test func `figures, document and page stand where they are promised`() async throws {
        let body = counter.request([[try counter.base64(), ""]])
        let answers = try await counter.serving { caller, _ in
            _ = try await caller.call("/score", body)
            var answers: [Caller.Answer] = []
            for path in ["/metrics", "/openapi.json", "/", "/page.js", "/page.css", "/v1/models"] {
                answers.append(try await caller.call(path))
            }
            answers.append(try await caller.call("/score", method: "GET"))
            answers.append(try await caller.call("/nothing"))
            return answers
        }
        #expect(answers.map(\.status) == [200, 200, 200, 200, 200, 200, 405, 404])
        #expect(
            answers[0].text.contains("cambium_rows_total{model=\"bundle\",input=\"image\"} 1\n"))
        #expect(answers[1].json["paths"]?["/score"] != nil)
        #expect(answers[2].head.contains("Content-Security-Policy: default-src 'none'"))
        #expect(!answers[2].text.contains("http://") && !answers[2].text.contains("https://"))
        #expect(answers[6].head.contains("Allow: POST"))
    }
}
