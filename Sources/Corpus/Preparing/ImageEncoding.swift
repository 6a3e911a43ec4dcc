import CambiumFiles
import CambiumImaging

/// Reads, resizes and encodes images on several threads.
struct ImageEncoding {
    let options: PrepareOptions

    typealias Output = (stamp: FileStamp?, encoded: Result<EncodedImage, CorpusError>)

    /// Starts the threads; results come in the order of the items.
    func start(_ items: [PrepareItem]) -> OrderedWorkers<Output> {
        // Far enough ahead that the threads have work while a file is synced.
        OrderedWorkers(
            count: items.count, workers: options.workers, ahead: 8 * options.workers + 16
        ) { [options] index in
            // Before it is read: what changes meanwhile must look changed later.
            let stamp = items[index].file.flatMap { FileStamp(of: $0) }
            return (
                stamp, Result { () throws(CorpusError) in try Self.encode(items[index], options) }
            )
        }
    }

    /// Makes a file of the spool of the next results.
    /// - Parameter each: hears what became of each image.
    func write(
        _ file: EncodedSpool.File, _ part: ArraySlice<PrepareItem>,
        from workers: OrderedWorkers<Output>, to spool: EncodedSpool,
        each: (PrepareItem, EncodedSpool.Record, EncodedImage?) throws(CorpusError) -> Void
    ) throws(CorpusError) {
        var writer = try spool.begin(file)
        for item in part {
            guard let output = workers.next() else { break }
            let outcome = try outcome(output.encoded)
            try each(item, writer.add(item, output.stamp, outcome), try? outcome.get())
        }
        try spool.finish(file, writer)
    }

    private static func encode(
        _ item: PrepareItem, _ options: PrepareOptions
    ) throws(CorpusError) -> EncodedImage {
        let (image, warning) = try item.read()
        let ready = try item.encode?(image)
        do throws(ImageError) {
            let jpeg: [UInt8]
            if let ready {
                jpeg = ready
            } else {
                jpeg = try JPEGEncoder.encode(
                    image.resized(width: options.size, height: options.size),
                    quality: options.quality)
            }
            // Of the picture as it is stored: what is equal there, blank slices of different sizes,
            // is the same to whoever learns from it, and to `validate`.
            return EncodedImage(
                jpeg: jpeg, warning: warning,
                fingerprint: ImageFingerprint(try ImageDecoder.decode(jpeg).image))
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
}

/// Keys of images, each of which is used once.
struct UniqueKeys {
    private var known: [String: String] = [:]

    /// The items whose keys are new, and the others.
    mutating func filter(
        _ items: [PrepareItem], _ onError: OnError
    ) throws(CorpusError) -> (kept: [PrepareItem], rejections: [Rejection]) {
        var kept: [PrepareItem] = []
        var rejections: [Rejection] = []
        for item in items {
            guard let earlier = known[item.key] else {
                known[item.key] = item.path
                kept.append(item)
                continue
            }
            let reason = "duplicate key: \(item.key) is \(ImageKey.encode(earlier)) already"
            guard onError == .reject else { throw .image(key: item.path, reason: reason) }
            rejections.append(Rejection(path: item.path, reason: reason))
        }
        return (kept, rejections)
    }
}
