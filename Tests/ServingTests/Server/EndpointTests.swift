import CambiumFiles
import CambiumServing
import CambiumTestFolders
import HTTPTypes
import Testing

@Suite struct EndpointTests {
    private static let paths: [(String, String, [String: String], [String])] = [
        ("/", "/", [:], ["GET", "HEAD"]), ("/score", "/score", [:], ["POST"]),
        ("/v1/models", "/v1/models", [:], ["GET", "HEAD"]),
        ("/v1/models/a b", "/v1/models/{name}", ["name": "a b"], ["GET", "HEAD"]),
        ("/v1/models/x/score", "/v1/models/{name}/score", ["name": "x"], ["POST"]),
        ("/v1/models/score/score", "/v1/models/{name}/score", ["name": "score"], ["POST"]),
        ("/v1/models/x/reload", "/v1/models/{name}/reload", ["name": "x"], ["POST"]),
        (
            "/v1/models/x/examples/12", "/v1/models/{name}/examples/{row}",
            ["name": "x", "row": "12"], ["GET", "HEAD"]
        ),
        ("/v1/examples/3", "/v1/examples/{row}", ["row": "3"], ["GET", "HEAD"]),
        ("/healthz", "/healthz", [:], ["GET", "HEAD"]),
        ("/readyz", "/readyz", [:], ["GET", "HEAD"]),
        ("/metrics", "/metrics", [:], ["GET", "HEAD"]),
        ("/openapi.json", "/openapi.json", [:], ["GET", "HEAD"]),
        ("/page.js", "/page.js", [:], ["GET", "HEAD"]),
        ("/page.css", "/page.css", [:], ["GET", "HEAD"]),
    ]

    @Test(arguments: paths)
    func `a path is found with its values and methods`(
        path: String, pattern: String, values: [String: String], methods: [String]
    ) throws {
        let found = try #require(Endpoint.find(path))
        #expect(found.endpoint.pattern == pattern && found.values == values)
        #expect(found.endpoint.methods.map(\.rawValue) == methods)
    }

    @Test(arguments: [
        "", "score", "//", "/score/", "/v1", "/v1/", "/v1/models/", "/v1/models//score",
        "/v1/models/x/", "/v1/models/x/score/", "/v1/models/x/y", "/v1/models/x/examples",
        "/v1/models/x/examples/", "/v1/models/x/examples/1/2", "/v1/examples", "/v1/examples/",
        "/v1/examples/1/2", "/v2/models/x", "/page.html", "/page.js/", "/healthz/x", "/SCORE",
    ])
    func `what is no path of the service is not found`(path: String) {
        #expect(Endpoint.find(path) == nil)
    }

    @Test func `anyone may look, callers may ask, only who administers may reload`() {
        var patterns: [Endpoint.Right: Set<String>] = [:]
        for endpoint in Endpoint.all {
            patterns[endpoint.right, default: []].insert(endpoint.pattern)
        }
        #expect(
            patterns[.everyone]
                == ["/", "/page.js", "/page.css", "/healthz", "/readyz", "/openapi.json"])
        #expect(patterns[.admin] == ["/v1/models/{name}/reload"])
    }

    @Test func `every endpoint has a path above, and no two answer at the same place`() {
        let patterns = Endpoint.all.map(\.pattern)
        #expect(Set(patterns).subtracting(Self.paths.map(\.1)) == [])
        #expect(Set(patterns).count == patterns.count)
    }

    /// `{name}` of a pattern is `NAME` there.
    @Test func `every endpoint stands in the documentation`() throws {
        let page = try FileSystem.readText("\(Repository.root)/docs/serve.md")
        for endpoint in Endpoint.all where !endpoint.pattern.hasPrefix("/page.") {
            let path = endpoint.pattern.replacing("{name}", with: "NAME")
                .replacing("{row}", with: "ROW")
            #expect(page.contains(" \(path)`") || page.contains("`\(path)`"), "\(path)")
        }
    }
}
