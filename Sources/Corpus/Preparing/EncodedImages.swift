import CambiumFiles
import CambiumImaging

/// Reads, resizes and encodes the images on all threads and keeps the JPEG files on disk: classes
/// and splits are only known when the last image is.
struct EncodedImages {
    /// An image that is fit to be used.
    struct Entry {
        let item: PrepareItem
        /// The spool's file and the place in it.
        let file: EncodedSpool.File
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
    /// Images that were another process's to encode, which did not.
    private(set) var redone = 0
    private let encoding: ImageEncoding
    private let crew: (any PreparationCrew)?

    /// - Parameter crew: the processes that share the work, which this one leads.
    init(
        spool: EncodedSpool, options: PrepareOptions, crew: (any PreparationCrew)? = nil
    ) throws(CorpusError) {
        (self.spool, self.crew) = (spool, crew)
        encoding = ImageEncoding(options: options)
        fingerprints = try FingerprintStore(in: spool.folder)
    }

    /// Encodes all images of all batches, in their order whatever the number of threads.
    mutating func add(
        _ batches: [PrepareBatch], progress: (PrepareProgress) -> Void
    ) throws(CorpusError) {
        let isOnly = batches.filter { !$0.isEmpty }.count == 1
        var (total, done) = (0, 0)
        var keys = UniqueKeys()
        for (number, batch) in batches.enumerated() {
            let isLast = batches[(number + 1)...].allSatisfy(\.isEmpty)
            let (found, passedOver) = try batch.find()
            rejections += passedOver
            let (items, repeated) = try keys.filter(found, encoding.options.onError)
            rejections += repeated
            total += items.count
            let parts = EncodingParts(
                items.count, batch: number, isOnly: isOnly, processes: crew?.size ?? 1)
            try add(items, batch: number, parts) {
                done += $0
                progress(PrepareProgress(done: done, total: isLast ? total : nil))
            }
        }
    }

    /// Takes what an earlier run finished and what other processes make, and works on the rest.
    private mutating func add(
        _ items: [PrepareItem], batch: Int, _ parts: EncodingParts, progress: (Int) -> Void
    ) throws(CorpusError) {
        let finished = parts.ranges.enumerated().map { part, range in
            spool.finished(.init(part, batch: batch), items: items[range]) != nil
        }
        let open = parts.ranges.indices.filter { !finished[$0] && parts.owner(of: $0) == 0 }
        let workers = encoding.start(open.flatMap { items[parts.ranges[$0]] })
        for (part, range) in parts.ranges.enumerated() {
            let (images, owner) = (items[range], parts.owner(of: part))
            let file = EncodedSpool.File(part, batch: batch)
            if finished[part], try take(file, images) {
                adopted += images.count
                progress(images.count)
            } else if !finished[part], owner == 0 {
                try encode(images, file, workers, progress)
            } else if try takeOver(.init(part, batch: batch, rank: owner), owner, images) {
                progress(images.count)
            } else {
                redone += images.count
                try encode(images, file, encoding.start(Array(images)), progress)
            }
        }
    }

    /// Takes a file that another process makes; false where it did not.
    private mutating func takeOver(
        _ file: EncodedSpool.File, _ owner: Int, _ items: ArraySlice<PrepareItem>
    ) throws(CorpusError) -> Bool {
        guard let crew, owner > 0 else { return false }
        try crew.wait(for: file, of: owner)
        return try take(file, items)
    }

    /// Takes a file that is there; false where it is about something else.
    private mutating func take(
        _ file: EncodedSpool.File, _ items: ArraySlice<PrepareItem>
    ) throws(CorpusError) -> Bool {
        guard let records = spool.records(file, items: items) else { return false }
        for (item, record) in zip(items, records) {
            if let place = take(record, item, file) {
                try fingerprints.append(spool.fingerprint(file, place))
            }
        }
        return true
    }

    private mutating func encode(
        _ items: ArraySlice<PrepareItem>, _ file: EncodedSpool.File,
        _ workers: OrderedWorkers<ImageEncoding.Output>, _ progress: (Int) -> Void
    ) throws(CorpusError) {
        try encoding.write(file, items, from: workers, to: spool) {
            item, record, image throws(CorpusError) in
            take(record, item, file)
            if let image { try fingerprints.append(image.fingerprint) }
            progress(1)
        }
    }

    /// Notes what became of an image; gives its place where it is used.
    @discardableResult
    private mutating func take(
        _ record: EncodedSpool.Record, _ item: PrepareItem, _ file: EncodedSpool.File
    ) -> Range<Int>? {
        switch record.outcome {
        case .success((let place, let warning)):
            entries.append(Entry(item: item, file: file, place: place))
            if let warning { warnings[warning, default: []].append(item.key) }
            return place
        case .failure(let refusal):
            rejections.append(Rejection(path: item.path, reason: refusal.reason))
            return nil
        }
    }
}

/// How far a preparation is.
public struct PrepareProgress: Sendable, Equatable {
    /// Images read.
    public let done: Int
    /// All images, nil while some are still to be found.
    public let total: Int?
}
