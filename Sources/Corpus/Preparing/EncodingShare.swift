import CambiumFiles

/// What one of several processes encodes for the leading one.
struct EncodingShare {
    private let spool: EncodedSpool
    private let encoding: ImageEncoding
    private let crew: any PreparationCrew
    private var images = 0
    private var done = -1
    private var lastNote = ContinuousClock.now

    init(spool: EncodedSpool, options: PrepareOptions, crew: any PreparationCrew) {
        (self.spool, self.crew) = (spool, crew)
        encoding = ImageEncoding(options: options)
    }

    /// Finds the images and encodes this process's. What is wrong with them is told to the leading
    /// process, which finds the same or passes it on.
    mutating func encode(_ batches: [PrepareBatch]) throws(CorpusError) {
        do throws(CorpusError) {
            try encodeAll(batches)
        } catch {
            switch error {
            case .image(let key, let reason): try crew.say(.image(key: key, reason: reason))
            // The leading process has failed and says why.
            case .file where !spool.exists: return
            case .file: throw error
            default: try crew.say(.refused(error.description))
            }
            return
        }
        try crew.say(.ended)
    }

    private mutating func encodeAll(_ batches: [PrepareBatch]) throws(CorpusError) {
        let isOnly = batches.filter { !$0.isEmpty }.count == 1
        var keys = UniqueKeys()
        for (number, batch) in batches.enumerated() where !batch.isEmpty {
            guard isOnly || EncodingParts.owner(ofBatch: number, crew.size) == crew.rank else {
                continue
            }
            let items = try keys.filter(batch.find().items, encoding.options.onError).kept
            try encode(
                items, batch: number,
                EncodingParts(items.count, batch: number, isOnly: isOnly, processes: crew.size))
        }
    }

    private mutating func encode(
        _ items: [PrepareItem], batch: Int, _ parts: EncodingParts
    ) throws(CorpusError) {
        let open = parts.ranges.indices.filter {
            parts.owner(of: $0) == crew.rank
                && spool.finished(.init($0, batch: batch), items: items[parts.ranges[$0]]) == nil
        }
        let workers = encoding.start(open.flatMap { items[parts.ranges[$0]] })
        for part in open {
            let file = EncodedSpool.File(part, batch: batch, rank: crew.rank)
            var (images, lastNote) = (images, lastNote)
            let (crew, done) = (crew, done)
            try encoding.write(file, items[parts.ranges[part]], from: workers, to: spool) {
                _, _, _ throws(CorpusError) in
                images += 1
                guard ContinuousClock.now - lastNote > .seconds(1) else { return }
                try crew.say(.working(upTo: done, images: images))
                lastNote = .now
            }
            (self.images, self.lastNote, self.done) = (images, lastNote, file.order)
            try crew.say(.working(upTo: file.order, images: images))
        }
    }
}
