internal import CambiumFiles
internal import CambiumImaging

/// A row of a data set as it was found, however damaged the rest is.
public struct ScannedRow: Sendable {
    /// The split.
    public let split: SplitName
    /// The row in the split's image table, from 0.
    public let row: Int
    /// The image's key.
    public let key: String
    /// What the text table says; nil when it says nothing that can be read.
    public let label: RowLabel?
    /// The table's file and the row in it, from 1: `train_images.tsv:12`.
    public let place: String
    /// Width and height of the stored image; nil when it was not or cannot be decoded.
    public let size: (width: Int, height: Int)?
}

/// The images of a data set, decoded on several threads; what is wrong with them is noted and
/// does not stop it. Shared by `cambium validate` and `cambium inspect --html`.
struct DataSetScan {
    private(set) var rows: [ScannedRow] = []
    /// The rows that were decoded, in the order of ``store``.
    private(set) var decoded: [Int] = []
    private(set) var store: FingerprintStore
    private(set) var findings: [ValidationFinding] = []
    private let decodes: Bool
    private let workers: Int

    init(decodes: Bool, workers: Int) throws(CorpusError) {
        (self.decodes, self.workers) = (decodes, workers)
        // Not in the data set's folder: it may be read-only, and is not ours to change.
        store = try FingerprintStore(in: FileSystem.temporaryFolder)
    }

    private struct Picture: Sendable {
        let print: ImageFingerprint
        let width: Int
        let height: Int
    }

    private struct Outcome: Sendable {
        let key: Result<String, CorpusError>
        let image: Result<Picture, CorpusError>?
    }

    /// Takes the images of a split; `labels` are those of its text table, row by row.
    mutating func add(
        _ split: SplitName, _ table: ShardedFiles, labels: [RowLabel?], progress: (Int) -> Void
    ) throws(CorpusError) {
        let decodes = decodes
        let outcomes = OrderedWorkers(count: table.count, workers: workers, ahead: 4 * workers + 8)
        {
            Self.look(at: $0, in: table, decodes: decodes)
        }
        for row in 0..<table.count {
            guard let outcome = outcomes.next() else { break }
            let (file, inFile) = table.locate(row)
            let place = "\(FileSystem.name(file.path)):\(inFile + 1)"
            let key = note(outcome.key, .rowMalformed, place, key: nil)
            let image = outcome.image.flatMap { note($0, .imageUndecodable, place, key: key) }
            if let image {
                decoded.append(rows.count)
                try store.append(image.print)
            }
            rows.append(
                ScannedRow(
                    split: split, row: row, key: key ?? place,
                    label: labels.indices.contains(row) ? labels[row] : nil, place: place,
                    size: image.map { ($0.width, $0.height) }))
            progress(rows.count)
        }
    }

    private static func look(at row: Int, in table: ShardedFiles, decodes: Bool) -> Outcome {
        let (file, inFile) = table.locate(row)
        let key = Result { () throws(CorpusError) in try file.key(inFile) }
        guard decodes, case .success(let name) = key else { return Outcome(key: key, image: nil) }
        let image = Result { () throws(CorpusError) in
            let bytes = try file.bytes(inFile)
            do throws(ImageError) {
                let image = try ImageDecoder.decode(bytes).image
                return Picture(
                    print: ImageFingerprint(image), width: image.width, height: image.height)
            } catch {
                throw CorpusError.image(key: name, reason: error.description)
            }
        }
        return Outcome(key: key, image: image)
    }

    private mutating func note<Value>(
        _ result: Result<Value, CorpusError>, _ code: ValidationCode, _ place: String, key: String?
    ) -> Value? {
        switch result {
        case .success(let value): return value
        case .failure(let error):
            findings.append(
                ValidationFinding(code: code, place: place, key: key, message: error.reason))
            return nil
        }
    }

    /// The duplicates among the decoded images, in the numbers of ``rows``.
    func duplicates() throws(CorpusError) -> Duplicates {
        try Duplicates(store, workers: workers).renumbered(decoded)
    }
}

extension CorpusError {
    /// The sentence without the place, which stands elsewhere.
    var reason: String {
        switch self {
        case .row(_, _, let reason), .image(_, let reason), .dataSet(_, let reason): reason
        default: description
        }
    }
}

extension Duplicates {
    /// The same with other row numbers, which rise with the old ones.
    fileprivate func renumbered(_ numbers: [Int]) -> Duplicates {
        Duplicates(
            clusters: clusters.map {
                DuplicateCluster(rows: $0.rows.map { numbers[$0] }, isExact: $0.isExact)
            },
            pairs: pairs.map {
                DuplicatePair(
                    first: numbers[$0.first], second: numbers[$0.second], distance: $0.distance,
                    match: $0.match)
            }, withoutStructure: withoutStructure, skipped: skipped)
    }
}
