internal import CambiumCorpus
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumImaging
public import CambiumRemote

/// Images or texts to an array of embeddings by an endpoint: the rows that a journal does not hold
/// yet go there; at the end the array is written from the journal, row after row.
public struct EndpointJob: Sendable {
    /// Who embeds.
    public var endpoint: Endpoint
    /// Whether embeddings are brought to length 1.
    public var normalized = true
    /// Whether half-precision numbers are written.
    public var half = false
    /// How files become pixels.
    public var reading = ReadingChoice()
    /// The array to write (.npy); NAME.keys.tsv appears beside it.
    public var out: String
    private let log: Log

    /// Rows and what is sent for them.
    private struct Work: Sendable {
        let kind: RemoteKind
        let keys: [String]
        let classes: [ClassLabel?]
        let content: @Sendable (Int) throws -> [UInt8]
    }

    /// The defaults above.
    public init(_ endpoint: Endpoint, out: String, log: Log = Log()) {
        (self.endpoint, self.out, self.log) = (endpoint, out, log)
    }

    /// Embeds and writes; gives how many rows were rejected.
    public func run(_ input: EmbeddingInput) throws -> Int {
        switch input {
        case .images(let paths): try embed(images: paths)
        case .texts(let path): try embed(textFile: path)
        }
    }

    private func embed(images paths: [String]) throws -> Int {
        let source = try Arguments.checked { try ImageSources.open(paths) }
        guard source.count > 0 else { throw UsageError("\(paths[0]): holds no images") }
        PassedOver.warn(source, paths.first, log)
        let reading = reading.reading(elseOf: nil)
        return try perform(
            Work(
                kind: .image, keys: try (0..<source.count).map { try source.key($0) },
                classes: (0..<source.count).map { evaluationLabel(source.label($0)) }
            ) { try Self.image(source, $0, reading) })
    }

    private func embed(textFile path: String) throws -> Int {
        let texts = try EmbeddingInput.texts(of: path)
        return try perform(
            Work(
                kind: .text, keys: texts.map(EmbeddingInput.key), classes: texts.map { _ in nil }
            ) { Array(texts[$0].utf8) })
    }

    /// PNG and JPEG go as they are, so that the endpoint decodes what a model here would; what
    /// only this program reads goes as PNG.
    private static func image(
        _ source: any ImageSource, _ row: Int, _ reading: ImageReading?
    ) throws -> [UInt8] {
        let bytes = try source.bytes(row)
        if reading == nil, [.jpeg, .png].contains(ImageFormat.claimed(by: bytes)) { return bytes }
        return try PNGEncoder.encode(source.image(row, reading))
    }

    private func perform(_ work: Work) throws -> Int {
        if endpoint.sendsTokenInTheOpen {
            log.warning("\(endpoint.url): the token travels unencrypted; use https")
        }
        try FileSystem.makeFolder(FileSystem.parent(out))
        return try Waiting.run {
            let journal = try RowJournal("\(out).journal", identity: identity(work))
            let rows = try missing(work, journal)
            let count = work.keys.count
            if rows.count < count {
                log.note("\(count - rows.count) of \(count) rows were answered before")
            }
            do {
                try await ask(work, rows, journal)
            } catch {
                if journal.count == 0 { try? journal.remove() }
                throw error
            }
            let rejected = try write(work, journal)
            try journal.remove()
            return rejected
        }
    }

    /// Where rows that were set apart are listed.
    public var rejectedPath: String { "\(out.dropLast(4)).rejected.tsv" }

    /// What a journal must be of: the endpoint, and the rows' keys in their order.
    private func identity(_ work: Work) -> String {
        let keys = work.keys.joined(separator: "\n")
        return "\(work.kind.rawValue) \(Digest.sha256(Array("\(endpoint.url)\n\(keys)".utf8)))"
    }

    /// The rows that the journal does not hold, or whose content is no longer the same.
    private func missing(_ work: Work, _ journal: RowJournal) throws -> [Int] {
        guard journal.count > 0 else { return Array(work.keys.indices) }
        return try work.keys.indices.filter { row in
            let content = (try? work.content(row)) ?? []
            if try journal.holds(RemoteRow(number: row, content: content)) { return false }
            journal.forget(row)
            return true
        }
    }

    private func ask(
        _ work: Work, _ rows: [Int], _ journal: RowJournal
    ) async throws {
        let progress = log.progress(
            "embed", total: work.keys.count, unit: "\(work.kind.rawValue)s",
            from: work.keys.count - rows.count)
        try await RemoteEmbedder(endpoint, work.kind).embed(rows) { row in
            do {
                return .success(RemoteRow(number: row, content: try work.content(row)))
            } catch { return .failure(RowRefusal("\(error)".onOneLine)) }
        } take: { row, result in
            try journal.add(row, result)
            progress.update(journal.count)
        }
        progress.finish()
    }

    /// Writes the array of the rows that were answered, and the list of the others.
    private func write(_ work: Work, _ journal: RowJournal) throws -> Int {
        var rejected = ""
        var good: [Int] = []
        for row in work.keys.indices {
            switch try journal.result(row) {
            case .vector: good.append(row)
            case .rejected(let reason): rejected += "\(work.keys[row])\t\(reason)\n"
            case nil: rejected += "\(work.keys[row])\tno answer\n"
            }
        }
        try FileSystem.remove(rejectedPath)
        if !rejected.isEmpty { try FileSystem.write(rejected, to: rejectedPath) }
        guard let width = journal.width, !good.isEmpty else {
            try journal.remove()
            throw RemoteError.unusable(
                "\(rejectedPath): all \(work.keys.count) rows were rejected, for the reasons there; "
                    + "no array was written")
        }
        var writer = try EmbeddingWriter(
            out, dimension: width, keys: good.map { work.keys[$0] },
            classes: good.map { work.classes[$0] }, as: half ? .float16 : .float32,
            origin: EmbeddingOrigin(
                model: .init(name: endpoint.place, sha256: nil), reading: .object([:]),
                isNormalized: normalized))
        for row in good {
            guard case .vector(let values) = try journal.result(row) else { continue }
            try writer.write(normalized ? Self.unit(values) : values)
        }
        try writer.commit()
        return work.keys.count - good.count
    }

    /// The vector at length 1; one without a direction stays as it is.
    private static func unit(_ values: [Float]) -> [Float] {
        let length = values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        return length > 0 ? values.map { Float(Double($0) / length) } : values
    }
}
