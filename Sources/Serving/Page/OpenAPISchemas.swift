internal import CambiumFiles

/// The shapes of requests and answers in `/openapi.json`.
struct OpenAPISchemas {
    let settings: ServiceSettings

    init(_ settings: ServiceSettings) { self.settings = settings }

    /// All of them, by name.
    var all: [String: JSON] {
        [
            "Request": request, "Parameters": parameters, "Answer": answer, "Object": object,
            "Row": row, "Prediction": prediction, "Neighbor": neighbor, "Failure": failure,
            "Error": Self.object(["error": Self.reference("Failure")], required: ["error"]),
            "Model": model,
            "Models": Self.object(
                ["object": ["const": "list"], "data": Self.list(Self.reference("Model"))],
                required: ["object", "data"]),
            "State": Self.object(["status": Self.text], required: ["status"]),
        ]
    }

    private static let text: JSON = ["type": "string"]
    private static let vector: JSON = ["type": "array", "items": ["type": "number"]]

    private static func reference(_ name: String) -> JSON {
        ["$ref": .string("#/components/schemas/\(name)")]
    }

    private static func list(_ items: JSON) -> JSON { ["type": "array", "items": items] }

    private static func nullable(_ items: JSON) -> JSON {
        list(["anyOf": [items, ["type": "null"]]])
    }

    private static func object(_ properties: [String: JSON], required: [String] = []) -> JSON {
        [
            "type": "object", "properties": .object(properties),
            "required": .array(required.map(JSON.string)), "additionalProperties": false,
        ]
    }

    private var request: JSON {
        Self.object(
            [
                "input_data": [
                    "oneOf": [table(["image", "text"]), table(["image"]), table(["text"])]
                ],
                "params": ["anyOf": [Self.reference("Parameters"), ["type": "null"]]],
            ], required: ["input_data"])
    }

    /// A table of these columns, in any order.
    private func table(_ columns: [String]) -> JSON {
        let count = JSON.integer(columns.count)
        let name: JSON = ["type": "string", "enum": .array(columns.map(JSON.string))]
        let cell: JSON = [
            "type": ["string", "null"],
            "description": .string("Text, or an image's file as base64; empty: not given."),
        ]
        return Self.object(
            [
                "columns": [
                    "type": "array", "items": name, "minItems": count, "maxItems": count,
                    "uniqueItems": true,
                ],
                "index": [
                    "description": .string(
                        "Labels of the rows, as many as there are, or their number."),
                    "anyOf": [
                        ["type": "array", "items": ["type": ["integer", "string"]]],
                        ["type": "integer", "minimum": 0], ["type": "null"],
                    ],
                ],
                "data": [
                    "type": "array", "maxItems": .integer(settings.limits.rows),
                    "items": [
                        "type": "array", "items": cell, "minItems": count, "maxItems": count,
                    ],
                ],
            ], required: ["columns", "data"])
    }

    private func optional(_ type: String, _ more: [String: JSON]) -> JSON {
        .object(more.merging(["type": [.string(type), "null"]]) { $1 })
    }

    private var parameters: JSON {
        Self.object([
            "get_scaling_factor": [
                "enum": [true, false, "true", "True", "false", "False", nil],
                "default": true,
            ],
            "image_standardization_image_size": optional(
                "integer", ["minimum": 1, "maximum": 2048]),
            "image_standardization_jpeg_compression_ratio": optional(
                "integer", ["minimum": 1, "maximum": 100]),
            "response": [
                "enum": .array(ResponseShape.allCases.map { .string($0.rawValue) } + [nil]),
                "default": .string(settings.shape.rawValue),
            ],
            "on_error": ["enum": ["row", "fail", nil], "default": "row"],
            "top_k": optional("integer", ["minimum": 1, "maximum": 100_000]),
            "neighbors": optional("integer", ["minimum": 0, "maximum": 100]),
            "operating_point": optional(
                "string",
                [
                    "description": .string(
                        "Which classes are present, by the thresholds of this name; /v1/models "
                            + "lists them.")
                ]),
        ])
    }

    private var answer: JSON {
        [
            "anyOf": [
                Self.reference("Object"), Self.list(Self.reference("Row")),
                Self.nullable([
                    "anyOf": [
                        Self.list(Self.reference("Prediction")), Self.reference("Error"),
                    ]
                ]),
            ]
        ]
    }

    private var object: JSON {
        var failure = Self.failureMembers
        failure["row"] = ["type": "integer", "minimum": 0]
        return Self.object([
            "image_features": Self.nullable(Self.vector),
            "text_features": Self.nullable(Self.vector),
            "scaling_factor": ["type": "number"],
            "probabilities": Self.nullable(Self.vector), "labels": Self.list(Self.text),
            "class_ids": Self.list(["type": "integer"]), "operating_point": Self.text,
            "present": Self.nullable(Self.list(["type": "boolean"])),
            "neighbors": Self.nullable(Self.list(Self.reference("Neighbor"))),
            "errors": Self.list(Self.object(failure, required: failure.keys.sorted())),
        ])
    }

    private var row: JSON {
        Self.object([
            "image_features": Self.list(Self.vector), "text_features": Self.list(Self.vector),
            "scaling_factor": ["type": "number"],
            "predictions": Self.list(Self.reference("Prediction")),
            "neighbors": Self.list(Self.reference("Neighbor")),
            "error": Self.reference("Failure"),
        ])
    }

    private var prediction: JSON {
        Self.object(
            [
                "label": Self.text, "class_id": ["type": "integer"], "score": ["type": "number"],
                "present": ["type": "boolean"],
            ],
            required: ["label", "class_id", "score"])
    }

    private var neighbor: JSON {
        Self.object(
            [
                "key": Self.text, "class_id": ["type": ["integer", "null"]],
                "class_name": ["type": ["string", "null"]], "similarity": ["type": "number"],
                "image": ["type": ["string", "null"]],
            ], required: ["key", "similarity"])
    }

    private static let failureMembers = ["code": text, "message": text, "where": text]

    private var failure: JSON {
        Self.object(Self.failureMembers, required: ["code", "message", "where"])
    }

    private var model: JSON {
        Self.object(
            [
                "id": Self.text, "object": ["const": "model"],
                "kind": ["enum": ["bundle", "encoder"]], "version": Self.text,
                "dimension": ["type": "integer"], "scaling_factor": ["type": "number"],
                "context_length": ["type": "integer"],
                "image_size": Self.list(["type": "integer"]),
                "examples": ["type": "integer"], "score": Self.text,
                "operating_points": Self.list(Self.text),
                "labels": Self.list(
                    Self.object(["class_id": ["type": "integer"], "label": Self.text])),
            ], required: ["id", "object", "kind", "dimension"])
    }
}
