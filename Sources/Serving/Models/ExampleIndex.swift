internal import CambiumCorpus
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumImaging

/// Known images that answers can be compared with.
public struct ExampleSource: Sendable {
    /// `NAME.npy`, with its keys and classes beside it.
    public var embeddings: String
    /// The table of the same images (`*_images.tsv`), to show them; nil shows keys only.
    public var images: String?

    /// Examples by their embeddings.
    public init(embeddings: String, images: String? = nil) {
        (self.embeddings, self.images) = (embeddings, images)
    }
}

/// A known image near a picture.
struct Example: Sendable {
    let row: Int
    let key: String
    let label: ClassLabel?
    let similarity: Double
    /// Where its image is; nil where only its embedding is known.
    let image: String?

}

extension Example: Encodable {
    private enum CodingKeys: String, CodingKey {
        case key, similarity, image
        case id = "class_id"
        case name = "class_name"
    }

    /// Writes all members, null where nothing is known.
    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(key, forKey: .key)
        try members.encode(label?.id, forKey: .id)
        try members.encode(label?.name, forKey: .name)
        try members.encode(similarity, forKey: .similarity)
        try members.encode(image, forKey: .image)
    }
}

/// Finds the known images nearest to a picture, by cosine.
struct ExampleIndex: Sendable {
    private let table: EmbeddingTable
    private let search: KNearestNeighbors
    private let images: ImagesByKey?
    private let model: String

    /// Known images.
    var count: Int { table.rows }

    /// Reads the embeddings; they must have the model's width.
    init(_ source: ExampleSource, of model: String, dimension: Int) throws {
        self.model = model
        table = try EmbeddingTable(source.embeddings)
        guard table.dimension == dimension else {
            throw ServingError.setting(
                "\(source.embeddings): has \(table.dimension) values a row, \(model) gives "
                    + "\(dimension); embed the images with that model")
        }
        search = try KNearestNeighbors(
            train: table.vectors(), dimension: dimension,
            labels: [Int](repeating: 0, count: table.rows), classCount: 1,
            k: min(table.rows, 100))
        let images = try source.images.map { path throws(CorpusError) in
            try ImagesByKey([ImageTable(path)])
        }
        self.images = images
        if let images, let path = source.images, !table.keys.contains(where: images.contains) {
            throw ServingError.setting(
                "\(path): has none of the images of \(source.embeddings); give the table that was "
                    + "embedded")
        }
    }

    /// The nearest examples, nearest first.
    func nearest(to embedding: [Float], count: Int) throws -> [Example] {
        try search.neighbors(of: embedding, dimension: embedding.count)[0].prefix(count).map {
            Example(
                row: $0.row, key: table.keys[$0.row], label: table.classes[$0.row],
                similarity: 1 - $0.distance,
                image: images?.contains(table.keys[$0.row]) == true
                    ? "/v1/models/\(model)/examples/\($0.row)" : nil)
        }
    }

    /// The encoded image of an example; nil where there is none.
    func image(_ row: Int) throws -> [UInt8]? {
        guard table.keys.indices.contains(row) else { return nil }
        return try images?.bytes(of: table.keys[row])
    }
}
