internal import CambiumFiles
internal import CambiumImaging
internal import CambiumPackaging

/// The `params` of a request.
struct ScoreParameters: Sendable {
    var wantsScalingFactor = true
    var shape = ResponseShape.object
    var standardization: ImageStandardization?
    /// Whether one unusable row fails the request.
    var isStrict = false
    /// Classes a row in the shape `predictions`; nil: all.
    var top: Int?
    /// The operating point that says which classes are present, by its criterion.
    var operatingPoint: String?
    /// Nearest examples a picture.
    var neighbors = 0

    init() {}

    /// The parameters' names.
    static let names = [
        "get_scaling_factor", "image_standardization_image_size",
        "image_standardization_jpeg_compression_ratio", "response", "on_error", "top_k",
        "neighbors", "operating_point",
    ]

    init(_ json: JSON?, _ settings: ServiceSettings) throws(Refusal) {
        (shape, standardization) = (settings.shape, settings.standardization)
        switch json {
        case nil, .null: return
        case .object(let members): try read(members)
        default: throw .invalid("params", "must be an object")
        }
    }

    private mutating func read(_ members: [String: JSON]) throws(Refusal) {
        for name in members.keys.sorted() where !Self.names.contains(name) {
            throw .invalid(
                "params.\(shown(name))",
                "is not known; known are \(Self.names.joined(separator: ", "))")
        }
        let given = members.filter { $0.value != .null }
        if let value = given["get_scaling_factor"] {
            wantsScalingFactor = try Self.bool(value, "get_scaling_factor")
        }
        if let value = given["response"] {
            shape = try Self.choice(value, "response", ResponseShape.init)
        }
        if let value = given["on_error"] {
            isStrict = try Self.choice(value, "on_error") { ["row": false, "fail": true][$0] }
        }
        if let value = given["top_k"] { top = try Self.integer(value, "top_k", 1...100_000) }
        if let value = given["neighbors"] {
            neighbors = try Self.integer(value, "neighbors", 0...100)
        }
        if let value = given["operating_point"] {
            operatingPoint = try Self.choice(value, "operating_point") { $0 }
        }
        let size = given["image_standardization_image_size"]
        let quality = given["image_standardization_jpeg_compression_ratio"]
        guard size != nil || quality != nil else { return }
        let side = try size.map { json throws(Refusal) in
            try Self.integer(json, "image_standardization_image_size", 1...2048)
        }
        let ratio = try quality.map { json throws(Refusal) in
            try Self.integer(json, "image_standardization_jpeg_compression_ratio", 1...100)
        }
        do {
            standardization = try ImageStandardization(
                size: side ?? standardization?.size ?? 512,
                quality: ratio ?? standardization?.quality ?? 75)
        } catch {
            throw .invalid("params", error.description)
        }
    }

    /// A truth value, or the strings that the document's examples have for it.
    private static func bool(_ json: JSON, _ name: String) throws(Refusal) -> Bool {
        if let value = json.bool { return value }
        switch json.string {
        case "true", "True": return true
        case "false", "False": return false
        default:
            throw .invalid("params.\(name)", "must be true or false, or \"true\" or \"false\"")
        }
    }

    private static func integer(
        _ json: JSON, _ name: String, _ range: ClosedRange<Int>
    ) throws(Refusal) -> Int {
        guard let value = json.integer, range.contains(value) else {
            throw .invalid(
                "params.\(name)",
                "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private static func choice<Value>(
        _ json: JSON, _ name: String, _ read: (String) -> Value?
    ) throws(Refusal) -> Value {
        guard let value = json.string.flatMap(read) else {
            throw .invalid("params.\(name)", "must be one of the documented words")
        }
        return value
    }
}
