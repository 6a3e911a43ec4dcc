internal import CambiumFiles
package import HTTPTypes
internal import Hummingbird

/// One endpoint of the service: its path, who may call it how, what answers, how it is described.
/// ``all`` is the list that requests, log, figures and `/openapi.json` are read from.
package struct Endpoint: Sendable {
    /// Who may call.
    package enum Right: Sendable { case everyone, caller, admin }

    /// What answers a call.
    typealias Answer = @Sendable (inout EndpointCall) async throws -> Response
    /// What `/openapi.json` says of it.
    typealias Operation = @Sendable (OpenAPIDocument) -> JSON

    /// The path; `{…}` stands for a part that the caller chooses. Logs and figures say the pattern,
    /// since a path could hold anything.
    package let pattern: String
    /// The methods it takes, the described one first.
    package let methods: [HTTPRequest.Method]
    /// Whether a token is asked for, where the server has tokens.
    package let right: Right
    /// Nil for the page and what belongs to it.
    let operation: Operation?
    let answer: Answer
    private let parts: [Substring]

    init(
        _ pattern: String, _ methods: [HTTPRequest.Method], _ right: Right,
        _ operation: Operation? = nil, answer: @escaping Answer
    ) {
        (self.pattern, self.methods, self.right) = (pattern, methods, right)
        (self.operation, self.answer) = (operation, answer)
        parts = Self.parts(of: pattern)
    }

    /// The endpoint of a path, with what stands in the place of its pattern's braces; nil where there
    /// is nothing.
    package static func find(_ path: String) -> (endpoint: Endpoint, values: [String: String])? {
        let parts = parts(of: path)
        for endpoint in all {
            if let values = endpoint.values(in: parts) { return (endpoint, values) }
        }
        return nil
    }

    private func values(in path: [Substring]) -> [String: String]? {
        guard path.count == parts.count else { return nil }
        var values: [String: String] = [:]
        for (own, part) in zip(parts, path) {
            if own.hasPrefix("{") {
                guard !part.isEmpty else { return nil }
                values[String(own.dropFirst().dropLast())] = String(part)
            } else if own != part {
                return nil
            }
        }
        return values
    }

    private static func parts(of path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: false)
    }
}
