internal import CambiumCorpus
internal import CambiumEncoders
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumImaging
internal import CambiumPackaging

/// How embeddings came to be, as it is written beside them and asked of them.
enum Origins {
    /// The reading of pixels as it stands in files, with the size that the model sees.
    static func reading(_ reading: ImageReading?, size: (height: Int, width: Int)?) -> JSON {
        var members = reading.map { JSON.encode($0).object ?? [:] } ?? [:]
        if let size { members["size"] = [.integer(size.height), .integer(size.width)] }
        return .object(members)
    }

    /// How the images that these paths name became pixels: what a data set says of its own, else
    /// `choice`, which files follow.
    static func reading(of paths: [String], elseOf choice: ImageReading?) throws -> ImageReading? {
        guard let path = paths.first, paths.count == 1, FileSystem.kind(path) != .folder,
            path.hasSuffix(".tsv") || FileSystem.kind(path) == nil
        else { return choice }
        let folder = FileSystem.parent(path)
        guard FileSystem.kind("\(folder)/dataset.json") != nil,
            DataSetFolder.isDataSet(folder)
        else { return nil }
        return try DataSetFolder(folder).reading
    }

    /// Of a model's embeddings of images.
    static func of(
        _ folder: ModelFolder, _ source: any ImageSource, _ reading: ImageReading?,
        drawn: String?, isNormalized: Bool
    ) throws -> EmbeddingOrigin {
        var preprocessing = folder.preprocessing
        preprocessing.reading = nil
        let size = (preprocessing.height, preprocessing.width)
        let rows = folder.learned.tables.isEmpty ? "" : try RowsDigest.sha256(source)
        return EmbeddingOrigin(
            model: try model(folder, drawn: drawn),
            reading: Self.reading(reading, size: size), preprocessing: JSON.encode(preprocessing),
            isNormalized: isNormalized,
            isLearned: drawn == nil && folder.learned.contains(rows))
    }

    /// A model's name and digest.
    /// - Parameter drawn: what tells its weights from others where they are not the folder's.
    static func model(
        _ folder: ModelFolder, drawn: String?
    ) throws -> EmbeddingOrigin.Model {
        guard let drawn else {
            return EmbeddingOrigin.Model(name: folder.path, sha256: try folder.weightsDigest())
        }
        let text = "\(drawn)\n\(folder.configuration.yaml)"
        return EmbeddingOrigin.Model(
            name: "\(folder.path), \(drawn.prefix { $0 != ":" })",
            sha256: Digest.sha256(Array(text.utf8)))
    }
}

extension EmbeddingTable {
    /// Refuses to use tables together that different models made, or of which files were read in
    /// different ways. Of tables without an origin nothing is known.
    static func requireOneOrigin(_ tables: [EmbeddingTable]) throws {
        for table in tables.dropFirst() {
            try table.requireOrigin(tables[0].origin, tables[0].path)
        }
    }

    /// Refuses a table that does not go with what was made of `other`'s rows.
    func requireOrigin(_ other: EmbeddingOrigin?, _ place: String) throws {
        guard let origin, let other, let reason = origin.conflict(with: other) else { return }
        throw UsageError(
            "\(path): \(reason) as \(place); embed both with one model and one recipe "
                + "(\(EmbeddingOrigin.path(for: path)) says what made it)")
    }

}
