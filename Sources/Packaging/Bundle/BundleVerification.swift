public import CambiumFiles
internal import CambiumImaging
public import CambiumTorch

/// Whether this machine computes what the packaging machine did.
public struct BundleVerification: Sendable {
    /// One golden row, computed anew.
    public struct Row: Encodable, Sendable {
        /// The picture's file, or the text.
        public let name: String
        /// Whether the prepared pixels are the same to the last bit; nil for a text.
        @OrNull public internal(set) var pixelsAgree: Bool?
        /// The largest difference of an embedding's number.
        public let embedding: Double
        /// The largest difference of a probability; 0 for a text.
        public let probability: Double

        enum CodingKeys: String, CodingKey {
            case name, embedding, probability
            case pixelsAgree = "pixels_agree"
        }
    }

    /// How far numbers are apart.
    public struct Difference: Codable, Sendable, Equatable {
        /// An embedding's numbers.
        public let embedding: Double
        /// A probability.
        public let probability: Double
    }

    /// The rows.
    public let rows: [Row]
    /// The files whose digests were right.
    public let files: Int
    /// The largest difference allowed.
    public let tolerance: Difference

    /// Whether every row is within the tolerance.
    public var isPassed: Bool { complaints.isEmpty }
    /// The largest difference of any embedding.
    public var embedding: Double { rows.map(\.embedding).max() ?? 0 }
    /// The largest difference of any probability.
    public var probability: Double { rows.map(\.probability).max() ?? 0 }

    /// What is not as it was, a sentence a row.
    public var complaints: [String] {
        rows.compactMap { row in
            if row.embedding > tolerance.embedding {
                return "\(shown(row.name)): the embedding differs by \(row.embedding), more than "
                    + "\(tolerance.embedding)\(row.pixelsAgree == false ? Self.pixels : "")"
            }
            guard row.probability > tolerance.probability else { return nil }
            return "\(shown(row.name)): a probability differs by \(row.probability), more than "
                + "\(tolerance.probability)\(row.pixelsAgree == false ? Self.pixels : "")"
        }
    }

    private static let pixels = "; its pixels are decoded differently here"

    /// Computes the golden rows of an opened bundle.
    /// - Throws: ``PackagingError`` for a bundle without any.
    public init(_ bundle: ModelBundle, device: Device = .cpu) throws {
        let file = "\(bundle.path)/\(GoldenRows.file)"
        guard bundle.manifest.files[GoldenRows.file] != nil else {
            throw PackagingError.mismatch(
                "\(bundle.path): has no golden rows, so nothing proves what it computes; package "
                    + "it again")
        }
        let engine = try Engine(bundle, device: device)
        let golden = try GoldenRows(
            JSON(file: file), path: file, width: engine.width, classes: engine.labels.count)
        tolerance = golden.tolerance
        files = bundle.manifest.files.count
        rows =
            try golden.images.map { try Self.row($0, bundle, engine) }
            + golden.texts.map { text in
                let own = try engine.embed(texts: [text.text])
                return Row(
                    name: text.text, pixelsAgree: nil,
                    embedding: Self.difference(own.map(Double.init), text.embedding),
                    probability: 0)
            }
    }

    private static func row(
        _ image: GoldenRows.Image, _ bundle: ModelBundle, _ engine: Engine
    ) throws -> Row {
        guard bundle.manifest.files[image.file]?.sha256 == image.sha256 else {
            throw PackagingError.damaged(
                path: "\(bundle.path)/\(GoldenRows.file)",
                reason: "names \(shown(image.file)), which is not the bundle's file")
        }
        let pixels = try engine.prepare(FileSystem.read("\(bundle.path)/\(image.file)"))
        let output = try engine.run([pixels])
        return Row(
            name: image.file, pixelsAgree: GoldenRows.digest(pixels) == image.pixels,
            embedding: difference(output.embeddings.map(Double.init), image.embedding),
            probability: difference(output.probabilities, image.probabilities))
    }

    private static func difference(_ own: [Double], _ stored: [Double]) -> Double {
        zip(own, stored).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }
}

/// The result as `cambium verify --json` prints it.
extension BundleVerification: Encodable {
    private enum CodingKeys: CodingKey { case passed, files, tolerance, largest, rows }

    /// Writes the rows with what they come to.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(isPassed, forKey: .passed)
        try members.encode(files, forKey: .files)
        try members.encode(tolerance, forKey: .tolerance)
        try members.encode(
            Difference(embedding: embedding, probability: probability), forKey: .largest)
        try members.encode(rows, forKey: .rows)
    }
}
