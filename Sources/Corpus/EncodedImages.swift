import Files
import Imaging

/// Reads, resizes and encodes the images on all threads and keeps the JPEG files on disk: classes
/// and splits are only known when the last image is.
struct EncodedImages {
    /// An image that is fit to be used.
    struct Entry {
        let item: PrepareItem
        /// The spool's file and the place in it.
        let file: Int
        let place: Range<Int>
    }

    private(set) var entries: [Entry] = []
    private(set) var rejections: [Rejection] = []
    /// Remarks on images that are used, and the keys they concern.
    private(set) var warnings: [String: [String]] = [:]
    /// Images that a killed run had finished.
    private(set) var adopted = 0
    /// What the images look like, in the order of ``entries``.
    private(set) var fingerprints: FingerprintStore
    /// The JPEG files.
    let spool: EncodedSpool
    private let options: PrepareOptions
    private var keys: [String: String] = [:]
    private var files = 0

    private typealias Output = (
        stamp: FileStamp?, encoded: Result<EncodedImage, CorpusError>
    )

    init(spool: EncodedSpool, options: PrepareOptions) throws(CorpusError) {
        (self.spool, self.options) = (spool, options)
        fingerprints = try FingerprintStore(in: spool.folder)
    }

    /// Encodes all images of all batches, in their order whatever the number of threads.
    mutating func add(
        _ batches: [PrepareBatch], progress: (PrepareProgress) -> Void
    ) throws(CorpusError) {
        var total = 0
        var done = 0
        for (number, batch) in batches.enumerated() {
            let isLast = batches[(number + 1)...].allSatisfy(\.isEmpty)
            let (found, passedOver) = try batch.find()
            rejections += passedOver
            let items = try unique(found)
            total += items.count
            try add(items) {
                done += $0
                progress(PrepareProgress(done: done, total: isLast ? total : nil))
            }
        }
        keys = [:]
    }

    /// Takes what an earlier run finished, then works on the rest.
    private mutating func add(
        _ items: [PrepareItem], progress: (Int) -> Void
    ) throws(CorpusError) {
        var rest = items[...]
        while !rest.isEmpty {
            let part = rest.prefix(EncodedSpool.fileLength)
            guard let records = spool.finished(files, items: part) else { break }
            for (item, record) in zip(part, records) {
                if let place = try take(record, item) {
                    try fingerprints.append(spool.fingerprint(files, place))
                }
            }
            (adopted, files) = (adopted + part.count, files + 1)
            progress(part.count)
            rest = rest.dropFirst(part.count)
        }
        let workers = Self.workers(Array(rest), options)
        while !rest.isEmpty {
            let part = rest.prefix(EncodedSpool.fileLength)
            var file = try spool.begin(files)
            for item in part {
                guard let output = workers.next() else { break }
                let outcome = try outcome(output.encoded)
                try take(file.add(item, output.stamp, outcome), item)
                if case .success(let image) = outcome {
                    try fingerprints.append(image.fingerprint)
                }
                progress(1)
            }
            try spool.finish(files, file)
            files += 1
            rest = rest.dropFirst(part.count)
        }
    }

    private static func workers(
        _ items: [PrepareItem], _ options: PrepareOptions
    ) -> OrderedWorkers<Output> {
        // Far enough ahead that the threads have work while a file is synced.
        OrderedWorkers(
            count: items.count, workers: options.workers, ahead: 8 * options.workers + 16
        ) { index in
            // Before it is read: what changes meanwhile must look changed later.
            let stamp = items[index].file.flatMap { FileStamp(of: $0) }
            return (stamp, Result { () throws(CorpusError) in try encode(items[index], options) })
        }
    }

    private static func encode(
        _ item: PrepareItem, _ options: PrepareOptions
    ) throws(CorpusError) -> EncodedImage {
        let (image, warning) = try item.read()
        if let jpeg = try item.encode?(image) {
            return EncodedImage(
                jpeg: jpeg, warning: warning, fingerprint: ImageFingerprint(image))
        }
        do throws(ImageError) {
            let sized = image.resized(width: options.size, height: options.size)
            // The hash of what was read; the thumbnail of what is small already.
            let fingerprint = ImageFingerprint(
                pixels: PixelHash(image), thumbnail: GreyThumbnail(sized))
            return EncodedImage(
                jpeg: try JPEGEncoder.encode(sized, quality: options.quality), warning: warning,
                fingerprint: fingerprint)
        } catch {
            throw .image(key: item.path, reason: error.description)
        }
    }

    /// An image that cannot be used is a refusal, unless one such image shall stop everything.
    private func outcome(
        _ encoded: Result<EncodedImage, CorpusError>
    ) throws(CorpusError) -> Result<EncodedImage, EncodedSpool.Refusal> {
        switch encoded {
        case .success(let image): return .success(image)
        case .failure(let error):
            guard case .image(_, let reason) = error, options.onError == .reject else {
                throw error
            }
            return .failure(EncodedSpool.Refusal(reason: reason))
        }
    }

    /// Notes what became of an image; gives its place where it is used.
    @discardableResult
    private mutating func take(
        _ record: EncodedSpool.Record, _ item: PrepareItem
    ) throws(CorpusError) -> Range<Int>? {
        switch record.outcome {
        case .success((let place, let warning)):
            entries.append(Entry(item: item, file: files, place: place))
            if let warning { warnings[warning, default: []].append(item.key) }
            return place
        case .failure(let refusal):
            rejections.append(Rejection(path: item.path, reason: refusal.reason))
            return nil
        }
    }

    /// The items whose keys are new.
    private mutating func unique(_ items: [PrepareItem]) throws(CorpusError) -> [PrepareItem] {
        var kept: [PrepareItem] = []
        for item in items {
            guard let earlier = keys[item.key] else {
                keys[item.key] = item.path
                kept.append(item)
                continue
            }
            let reason = "duplicate key: \(item.key) is \(ImageKey.encode(earlier)) already"
            guard options.onError == .reject else {
                throw .image(key: item.path, reason: reason)
            }
            rejections.append(Rejection(path: item.path, reason: reason))
        }
        return kept
    }
}

/// How far a preparation is.
public struct PrepareProgress: Sendable, Equatable {
    /// Images read.
    public let done: Int
    /// All images, nil while some are still to be found.
    public let total: Int?
}
