internal import CambiumFiles
internal import HTTPTypes

/// `/openapi.json`: the service described for programs (OpenAPI 3.1).
struct OpenAPIDocument {
    let state: ServiceState

    init(_ state: ServiceState) { self.state = state }

    private var names: [String] { state.models.all.map(\.source.name) }

    /// The document.
    var json: JSON {
        var members: [String: JSON] = [
            "openapi": "3.1.0",
            "info": [
                "title": "Cambium", "version": .string(Release.version),
                "description": .string(
                    "Embeddings of images and texts, and classes of images. Research only."),
            ],
            "paths": .object(paths),
            "components": ["schemas": .object(OpenAPISchemas(state.settings).all)],
        ]
        if state.settings.tokens != nil {
            members["components"] = [
                "schemas": .object(OpenAPISchemas(state.settings).all),
                "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
            ]
        }
        return .object(members)
    }

    private var paths: [String: JSON] {
        var paths: [String: JSON] = [:]
        for endpoint in Endpoint.all {
            guard let operation = endpoint.operation, let method = endpoint.methods.first else {
                continue
            }
            paths[endpoint.pattern] = .object([method.rawValue.lowercased(): operation(self)])
        }
        return paths
    }

    /// The operation of `/metrics`.
    var figures: JSON {
        guarded([
            "operationId": "metrics", "summary": "Figures for Prometheus.",
            "responses": responses(
                [
                    "200": [
                        "description": "Text format 0.0.4.",
                        "content": ["text/plain": ["schema": ["type": "string"]]],
                    ]
                ]),
        ])
    }

    /// The parameter that names a model in a path.
    var name: JSON {
        [
            "name": "name", "in": "path", "required": true,
            "schema": ["type": "string", "enum": .array(names.map(JSON.string))],
        ]
    }

    /// The parameter that names a model in a query.
    var model: JSON {
        [
            "name": "model", "in": "query", "required": false,
            "description": .string("Which model answers; the first one without."),
            "schema": ["type": "string", "enum": .array(names.map(JSON.string))],
        ]
    }

    /// An operation that scores rows.
    func score(_ id: String, _ parameters: [JSON]) -> JSON {
        var answers: [String: JSON] = [
            "200": [
                "description": "The answers, a row each.",
                "content": [
                    "application/json": ["schema": ["$ref": "#/components/schemas/Answer"]]
                ],
            ]
        ]
        for (status, text) in [
            ("400", "Not what this document says."), ("404", "No such model."),
            ("408", "The body came too slowly."), ("413", "Larger than the limits."),
            ("415", "Not JSON."), ("422", "No row could be used, or one with on_error fail."),
            ("429", "Too much at a time; Retry-After says when to come again."),
            ("500", "A fault of the server."), ("503", "The server is stopping."),
            ("504", "The time is up."),
        ] {
            answers[status] = error(text)
        }
        return guarded([
            "operationId": .string(id),
            "summary": "Embeddings, and a bundle's classes, of images and texts.",
            "parameters": .array(parameters),
            "requestBody": [
                "required": true,
                "content": [
                    "application/json": ["schema": ["$ref": "#/components/schemas/Request"]]
                ],
            ],
            "responses": responses(answers),
        ])
    }

    /// An operation that gives what a schema describes.
    func get(
        _ id: String, _ summary: String, _ schema: String, parameters: [JSON] = []
    ) -> JSON {
        var answers: [String: JSON] = [
            "200": [
                "description": .string(summary),
                "content": ["application/json": ["schema": ["$ref": .string(schema)]]],
            ]
        ]
        if !parameters.isEmpty { answers["404"] = error("No such model.") }
        return guarded([
            "operationId": .string(id), "summary": .string(summary),
            "parameters": .array(parameters), "responses": responses(answers),
        ])
    }

    /// An operation that asks for no token.
    func open(_ id: String, _ summary: String, more: [String: JSON] = [:]) -> JSON {
        let answers: [String: JSON] = [
            "200": [
                "description": .string(summary),
                "content": ["application/json": ["schema": ["$ref": "#/components/schemas/State"]]],
            ]
        ]
        return [
            "operationId": .string(id), "summary": .string(summary),
            "responses": .object(answers.merging(more) { $1 }),
        ]
    }

    /// The operation that loads a model again.
    var reload: JSON {
        var answers: [String: JSON] = [
            "200": [
                "description": "The new version.",
                "content": ["application/json": ["schema": ["$ref": "#/components/schemas/Model"]]],
            ]
        ]
        for (status, text) in [
            ("401", "No admin token."),
            ("403", "A token that may only ask; or this server takes no commands over HTTP."),
            ("404", "No such model."), ("409", "It is being loaded already."),
            ("500", "The new version does not load; the old one goes on."),
        ] {
            answers[status] = error(text)
        }
        return guarded([
            "operationId": "reload", "summary": "Load a model again from its folder.",
            "parameters": [name], "responses": responses(answers),
        ])
    }

    /// An operation that gives the image of a known example.
    func example(_ id: String, _ parameters: [JSON]) -> JSON {
        let row: JSON = [
            "name": "row", "in": "path", "required": true,
            "schema": ["type": "integer", "minimum": 0],
        ]
        return guarded([
            "operationId": .string(id), "summary": "The image of a known example.",
            "parameters": .array(parameters + [row]),
            "responses": responses([
                "200": [
                    "description": "The encoded image.",
                    "content": [
                        "image/jpeg": ["schema": ["type": "string"]],
                        "image/png": ["schema": ["type": "string"]],
                    ],
                ],
                "404": error("No such example, or no images of examples."),
            ]),
        ])
    }

    /// An answer that refuses.
    func error(_ text: String) -> JSON {
        [
            "description": .string(text),
            "content": ["application/json": ["schema": ["$ref": "#/components/schemas/Error"]]],
        ]
    }

    private func responses(_ answers: [String: JSON]) -> JSON {
        var answers = answers
        if state.settings.tokens != nil { answers["401"] = error("No token, or a wrong one.") }
        return .object(answers)
    }

    private func guarded(_ members: [String: JSON]) -> JSON {
        guard state.settings.tokens != nil else { return .object(members) }
        return .object(members.merging(["security": [["token": []]]]) { $1 })
    }
}
