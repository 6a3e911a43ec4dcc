internal import CambiumFiles
internal import CambiumPackaging

/// A request of ``PredictionStream``.
struct StreamRequest {
    var images: [JSON] = []
    var texts: [String] = []
    var wantsEmbeddings = false
    var standardization: ImageStandardization?
    var operatingPoint: String?

    init(_ json: JSON, most: Int) throws {
        guard let members = json.object else { throw RowError("the request is no object") }
        let known: Set = [
            "id", "images", "texts", "embeddings", "standardization", "operating_point",
        ]
        if let stray = Set(members.keys).subtracting(known).sorted().first {
            throw RowError("\(stray) is not known")
        }
        images = try Self.list(members["images"], "images", most)
        texts = try Self.list(members["texts"], "texts", most).map { entry in
            guard let text = entry.string else { throw RowError("texts must be texts") }
            return text
        }
        wantsEmbeddings = members["embeddings"] == true
        operatingPoint = members["operating_point"]?.string
        if let wanted = members["standardization"], wanted != .null {
            standardization = try ImageStandardization(
                size: wanted["size"]?.integer ?? 512, quality: wanted["quality"]?.integer ?? 75)
        }
    }

    private static func list(_ json: JSON?, _ name: String, _ most: Int) throws -> [JSON] {
        guard let json, json != .null else { return [] }
        guard let entries = json.array, entries.count <= most else {
            throw RowError("\(name) must be a list of at most \(most)")
        }
        return entries
    }
}

/// Why a request or one of its rows has no answer.
struct RowError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
