import CambiumServing
import HTTPTypes
import Testing

@Suite struct RouteTests {
    @Test(arguments: [
        ("/", Route.page, "/", ["GET", "HEAD"]), ("/score", .score, "/score", ["POST"]),
        ("/v1/models", .models, "/v1/models", ["GET", "HEAD"]),
        ("/v1/models/a b", .model("a b"), "/v1/models/{name}", ["GET", "HEAD"]),
        ("/v1/models/x/score", .scoreOf("x"), "/v1/models/{name}/score", ["POST"]),
        ("/v1/models/score/score", .scoreOf("score"), "/v1/models/{name}/score", ["POST"]),
        ("/v1/models/x/reload", .reload("x"), "/v1/models/{name}/reload", ["POST"]),
        (
            "/v1/models/x/examples/12", .exampleOf("x", "12"),
            "/v1/models/{name}/examples/{row}", ["GET", "HEAD"]
        ),
        ("/v1/examples/3", .example("3"), "/v1/examples/{row}", ["GET", "HEAD"]),
        ("/healthz", .health, "/healthz", ["GET", "HEAD"]),
        ("/readyz", .readiness, "/readyz", ["GET", "HEAD"]),
        ("/metrics", .metrics, "/metrics", ["GET", "HEAD"]),
        ("/openapi.json", .openAPI, "/openapi.json", ["GET", "HEAD"]),
        ("/page.js", .asset("page.js"), "/page.js", ["GET", "HEAD"]),
    ])
    func `a path is found with its methods`(
        path: String, route: Route, pattern: String, methods: [String]
    ) throws {
        let found = try #require(Route.find(path))
        #expect(found.route == route && found.route.pattern == pattern)
        #expect(found.methods.map(\.rawValue) == methods)
    }

    @Test(arguments: [
        "", "score", "//", "/score/", "/v1", "/v1/", "/v1/models/", "/v1/models//score",
        "/v1/models/x/", "/v1/models/x/score/", "/v1/models/x/y", "/v1/models/x/examples",
        "/v1/models/x/examples/1/2", "/v1/examples", "/v1/examples/", "/v1/examples/1/2",
        "/v2/models/x", "/page.html", "/page.js/", "/healthz/x", "/SCORE",
    ])
    func `what is no path of the service is not found`(path: String) {
        #expect(Route.find(path) == nil)
    }

    @Test func `anyone may look, callers may ask, only who administers may reload`() {
        let everyone: [Route] = [.health, .readiness, .openAPI, .page, .asset("page.js")]
        let callers: [Route] = [
            .score, .scoreOf("x"), .models, .model("x"), .metrics, .example("1"),
            .exampleOf("x", "1"),
        ]
        #expect(everyone.allSatisfy { $0.right == .everyone })
        #expect(callers.allSatisfy { $0.right == .caller })
        #expect(Route.reload("x").right == .admin)
    }
}
