internal import CambiumFiles
internal import HTTPTypes
internal import Hummingbird

extension Endpoint {
    private static let reading: [HTTPRequest.Method] = [.get, .head]

    /// The calls that are answered.
    package static let all: [Endpoint] = [
        Endpoint("/score", [.post], .caller, { $0.score("score", [$0.model]) }) { call in
            try await call.score(call.chosenModel())
        },
        Endpoint(
            "/v1/models/{name}/score", [.post], .caller, { $0.score("score_model", [$0.name]) }
        ) { call in
            try await call.score(call.namedModel())
        },
        Endpoint(
            "/v1/models", reading, .caller,
            { $0.get("models", "The models that are served.", "#/components/schemas/Models") }
        ) { call in
            .json(["object": "list", "data": .array(call.state.models.all.map(\.json))])
        },
        Endpoint(
            "/v1/models/{name}", reading, .caller,
            {
                $0.get("model", "One model.", "#/components/schemas/Model", parameters: [$0.name])
            }
        ) { call in
            .json(try call.namedModel().json)
        },
        Endpoint("/v1/models/{name}/reload", [.post], .admin, \.reload) { call in
            try await call.state.reload(call.value("name"))
            return .json(try call.namedModel().json)
        },
        Endpoint("/v1/examples/{row}", reading, .caller, { $0.example("example", []) }) { call in
            try call.example(of: call.state.models.first)
        },
        Endpoint(
            "/v1/models/{name}/examples/{row}", reading, .caller,
            { $0.example("example_of_model", [$0.name]) }
        ) { call in
            try call.example(of: call.namedModel())
        },
        Endpoint(
            "/healthz", reading, .everyone, { $0.open("health", "The process is alive.") }
        ) { _ in
            .json(["status": "alive"])
        },
        Endpoint(
            "/readyz", reading, .everyone,
            {
                $0.open("readiness", "Requests are taken.", more: ["503": $0.error("Stopping.")])
            }
        ) { call in
            guard !call.state.isDraining else { throw Refusal.draining }
            return .json(["status": "ready"])
        },
        Endpoint("/metrics", reading, .caller, \.figures) { call in call.figures() },
        Endpoint("/openapi.json", reading, .everyone) { call in
            .json(OpenAPIDocument(call.state).json)
        },
        Endpoint("/", reading, .everyone) { _ in .text(Page.html, "text/html; charset=utf-8") },
        Endpoint("/page.js", reading, .everyone) { _ in
            .text(Page.script, "text/javascript; charset=utf-8")
        },
        Endpoint("/page.css", reading, .everyone) { _ in
            .text(Page.style, "text/css; charset=utf-8")
        },
    ]
}
