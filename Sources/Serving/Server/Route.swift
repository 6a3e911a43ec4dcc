package import HTTPTypes

/// The calls that are answered.
package enum Route: Hashable, Sendable {
    case score
    case scoreOf(String)
    case models
    case model(String)
    case reload(String)
    case health
    case readiness
    case metrics
    case openAPI
    case page
    case asset(String)
    case example(String)
    case exampleOf(String, String)

    /// What a path asks for, with the methods it takes; nil where there is nothing.
    package static func find(_ path: String) -> (route: Route, methods: [HTTPRequest.Method])? {
        switch path {
        case "/": return (.page, [.get, .head])
        case "/score": return (.score, [.post])
        case "/v1/models": return (.models, [.get, .head])
        case "/healthz": return (.health, [.get, .head])
        case "/readyz": return (.readiness, [.get, .head])
        case "/metrics": return (.metrics, [.get, .head])
        case "/openapi.json": return (.openAPI, [.get, .head])
        case "/page.js", "/page.css":
            return (.asset(String(path.dropFirst())), [.get, .head])
        default: return nested(path)
        }
    }

    private static func nested(_ path: String) -> (route: Route, methods: [HTTPRequest.Method])? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            .map { String($0) }
        guard parts.count >= 3, parts[0] == "v1", !parts[2].isEmpty else { return nil }
        switch (parts[1], parts.dropFirst(3)) {
        case ("models", []): return (.model(parts[2]), [.get, .head])
        case ("models", ["score"]): return (.scoreOf(parts[2]), [.post])
        case ("models", ["reload"]): return (.reload(parts[2]), [.post])
        case ("models", let rest) where rest.count == 2 && rest.first == "examples":
            return (.exampleOf(parts[2], parts[4]), [.get, .head])
        case ("examples", []): return (.example(parts[2]), [.get, .head])
        default: return nil
        }
    }

    /// The path's pattern: what logs and figures say, since a path could hold anything.
    package var pattern: String {
        switch self {
        case .score: "/score"
        case .scoreOf: "/v1/models/{name}/score"
        case .models: "/v1/models"
        case .model: "/v1/models/{name}"
        case .reload: "/v1/models/{name}/reload"
        case .health: "/healthz"
        case .readiness: "/readyz"
        case .metrics: "/metrics"
        case .openAPI: "/openapi.json"
        case .page: "/"
        case .asset(let name): "/\(name)"
        case .example: "/v1/examples/{row}"
        case .exampleOf: "/v1/models/{name}/examples/{row}"
        }
    }

    /// Who may call.
    package enum Right { case everyone, caller, admin }

    /// Whether a token is asked for, where the server has tokens.
    package var right: Right {
        switch self {
        case .health, .readiness, .openAPI, .page, .asset: .everyone
        case .reload: .admin
        default: .caller
        }
    }
}
