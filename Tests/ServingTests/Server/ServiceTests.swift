import CambiumFiles
import CambiumImaging
import CambiumPackaging
import CambiumServing
import Testing

@Suite(.serialized) struct ServiceTests {
    let counter: Counter

    init() throws { counter = try Counter() }

    /// What the engine itself says of an image.
    private func truth(_ image: String = "photo.jpg") throws -> (
        embedding: [Double], scores: [Double]
    ) {
        let engine = try Engine(ModelBundle(counter.bundle))
        let bytes = try FileSystem.read("\(counter.release)/images/\(image)")
        let embedding = try engine.embed([try engine.prepare(bytes)])
        return (embedding.map(Double.init), try engine.probabilities(embedding))
    }

    @Test func `several classes an image are decided by the bundle's operating point`() async throws
    {
        try counter.pack(["x-ray chest", "mri brain"], isMultiLabel: true)
        let image = try counter.base64()
        func ask(_ params: JSON) async throws -> Caller.Answer {
            let body = counter.request([[image, ""]], params: params)
            return try await counter.serving { caller, _ in try await caller.call("/score", body) }
        }
        let object = try await ask([:])
        let scores = try #require(object.json["probabilities"]?.array?.first?.array)
        let present = try #require(object.json["present"]?.array?.first?.array)
        #expect(object.json["operating_point"] == "0.5")
        #expect(present == scores.map { .bool(($0.number ?? 0) >= 0.5) })
        let listed = try await ask(["response": "predictions"])
        for entry in try #require(listed.json.array?.first?.array) {
            #expect(entry["present"] == .bool((entry["score"]?.number ?? 0) >= 0.5))
        }
        let unknown = try await ask(["operating_point": "f2"])
        #expect(unknown.status == 400)
        #expect(unknown.json["error"]?["where"] == "params.operating_point")
    }

    @Test func `the document's request is answered with what the engine computes`() async throws {
        let image = try counter.base64()
        // As Python's encodebytes writes it.
        let broken = stride(from: 0, to: image.utf8.count, by: 76).map { start in
            String(image.dropFirst(start).prefix(76)) + "\n"
        }.joined()
        let body = counter.request(
            [[broken, "x-ray chest"]], params: ["get_scaling_factor": "true"])
        let answer = try await counter.serving { caller, _ in try await caller.call("/score", body)
        }
        #expect(answer.status == 200)
        let truth = try truth()
        let features = try #require(answer.json["image_features"]?.array?.first?.array)
        let scores = try #require(answer.json["probabilities"]?.array?.first?.array)
        #expect(distance(features, truth.embedding) < 1e-6)
        #expect(distance(scores, truth.scores) < 1e-6)
        #expect(answer.json["text_features"]?.array?.count == 1)
        #expect(answer.json["scaling_factor"]?.number != nil)
        #expect(answer.json["labels"] == ["x-ray chest", "mri brain", "Läsion"])
        #expect(answer.json["class_ids"] == [1, 2, 3])
        #expect(answer.json["errors"] == nil)
    }

    private func distance(_ values: [JSON], _ truth: [Double]) -> Double {
        guard values.count == truth.count else { return .infinity }
        return zip(values, truth).map { abs(($0.number ?? .infinity) - $1) }.max() ?? 0
    }

    @Test func `columns stand in any order, and either may be missing or empty`() async throws {
        let image = try counter.base64()
        let counter = counter
        let (both, turned, alone, empty, text) = try await counter.serving { caller, _ in
            (
                try await caller.call("/score", counter.request([[image, "mri"]])),
                try await caller.call(
                    "/score", counter.request([["mri", image]], columns: ["text", "image"])),
                try await caller.call("/score", counter.request([[image]], columns: ["image"])),
                try await caller.call("/score", counter.request([[image, ""]])),
                try await caller.call("/score", counter.request([["mri"]], columns: ["text"]))
            )
        }
        #expect(both.json == turned.json && both.status == 200)
        #expect(both.json["image_features"] == alone.json["image_features"])
        #expect(alone.body == empty.body)
        #expect(alone.json["text_features"] == nil)
        #expect(text.json["text_features"] == both.json["text_features"])
        #expect(text.json["image_features"] == nil && text.json["probabilities"] == nil)
    }

    @Test func `a row that cannot be used fails alone, or the request where that is asked`()
        async throws
    {
        let image = try counter.base64()
        let rows = [[image, ""], ["aGVsbG8=", ""], ["%%", "text"], ["", ""]]
        let counter = counter
        let (mixed, strict, single) = try await counter.serving { caller, _ in
            (
                try await caller.call("/score", counter.request(rows)),
                try await caller.call(
                    "/score", counter.request(rows, params: ["on_error": "fail"])),
                try await caller.call("/score", counter.request([rows[1]]))
            )
        }
        #expect(mixed.status == 200)
        let features = try #require(mixed.json["image_features"]?.array)
        #expect(features.map { $0 == .null } == [false, true, true, true])
        #expect(
            mixed.json["text_features"]?.array?.map { $0 == .null } == [true, true, false, true])
        let errors = try #require(mixed.json["errors"]?.array)
        #expect(errors.map { $0["row"] } == [1, 2])
        #expect(errors.map { $0["code"]?.string } == ["image_unreadable", "image_not_base64"])
        #expect(errors[0]["where"] == "input_data.data[1][0]")
        #expect(strict.status == 422 && strict.code == "image_unreadable")
        #expect(single.status == 422 && single.code == "image_unreadable")
    }

    @Test func `the shapes rows and predictions`() async throws {
        let body = { (shape: JSON, image: String) in
            counter.request(
                [[image, ""], ["bad", ""]],
                params: ["response": shape, "top_k": 2, "get_scaling_factor": false])
        }
        let image = try counter.base64()
        let (rows, predictions) = (body("rows", image), body("predictions", image))
        let (first, second) = try await counter.serving { caller, _ in
            (try await caller.call("/score", rows), try await caller.call("/score", predictions))
        }
        #expect(first.json.array?.count == 2)
        #expect(first.json.array?[0]["image_features"]?.array?.count == 1)
        #expect(first.json.array?[1]["error"]?["code"] == "image_not_base64")
        let entries = try #require(second.json.array?[0].array)
        #expect(entries.count == 2)
        let scores = entries.compactMap { $0["score"]?.number }
        #expect(scores == scores.sorted(by: >) && scores.count == 2)
        #expect(second.json.array?[1]["error"] != nil)
    }

    @Test(arguments: [
        ("{", "invalid_json", "body"), ("[]", "invalid_request", "body"),
        (String(repeating: "[", count: 100_000), "invalid_json", "body"),
        ("{}", "invalid_request", "input_data"),
        (#"{"input_data": {"columns": ["x"], "data": []}}"#, "invalid_request", "columns[0]"),
        (
            #"{"input_data": {"columns": ["image", "image"], "data": []}}"#, "invalid_request",
            "columns[1]"
        ),
        (#"{"input_data": {"columns": ["text"], "data": [[1]]}}"#, "invalid_request", "data[0][0]"),
        (
            #"{"input_data": {"columns": ["text"], "data": [["a", "b"]]}}"#, "invalid_request",
            "data[0]"
        ),
        (
            #"{"input_data": {"columns": ["text"], "index": [0, 1], "data": [["a"]]}}"#,
            "invalid_request", "index"
        ),
        (
            #"{"input_data": {"columns": ["text"], "data": [["a"]]}, "params": {"colour": 1}}"#,
            "invalid_request", "params.colour"
        ),
        (
            #"{"input_data": {"columns": ["text"], "data": []}, "params": {"top_k": 0}}"#,
            "invalid_request", "params.top_k"
        ),
    ])
    func `a body that the document does not allow is told what is wrong and where`(
        body: String, code: String, place: String
    ) async throws {
        let answer = try await counter.serving { caller, _ in try await caller.call("/score", body)
        }
        #expect(answer.status == 400)
        #expect(answer.code == code)
        #expect(answer.json["error"]?["where"]?.string?.hasSuffix(place) == true)
    }

    @Test func `several models answer by path or parameter`() async throws {
        let body = counter.request([[try counter.base64(), ""]])
        let answers = try await counter.serving { caller, _ in
            var answers: [Caller.Answer] = []
            for path in [
                "/score", "/score?model=plain", "/v1/models/plain/score", "/v1/models/bundle/score",
                "/score?model=none", "/v1/models/none/score",
            ] {
                answers.append(try await caller.call(path, body))
            }
            return answers
        }
        #expect(answers.map(\.status) == [200, 200, 200, 200, 404, 404])
        #expect(answers[0].body == answers[3].body && answers[1].body == answers[2].body)
        #expect(answers[0].json["image_features"] == answers[1].json["image_features"])
        #expect(answers[1].json["probabilities"] == nil)
    }

    @Test func `many callers at once get the answers that each gets alone`() async throws {
        let names = ["exact.png", "grey.png", "photo.jpg", "square.png", "wide.png", "small.png"]
        let bodies = try names.map { counter.request([[try counter.base64($0), $0]]) }
        let (alone, together) = try await counter.serving { caller, _ in
            var alone: [JSON] = []
            for body in bodies { alone.append(try await caller.call("/score", body).json) }
            let together = try await withThrowingTaskGroup(of: (Int, JSON).self) { group in
                for number in 0..<36 {
                    group.addTask {
                        let body = bodies[number % bodies.count]
                        return (number % bodies.count, try await caller.call("/score", body).json)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            return (alone, together)
        }
        #expect(together.count == 36)
        for (image, answer) in together {
            let truth = alone[image]["image_features"]?.array?[0].array?.compactMap(\.number)
            let mine = answer["image_features"]?.array?[0].array
            #expect(distance(mine ?? [], truth ?? []) < 1e-6)
        }
    }
}
