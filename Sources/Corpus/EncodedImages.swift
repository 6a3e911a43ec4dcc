import Files
import Imaging

/// Reads, resizes and encodes the images on all threads and keeps the JPEG files, one after the
/// other, in one file on disk: classes and splits are only known when the last image is.
struct EncodedImages {
    /// An image that is fit to be used.
    struct Entry {
        let item: PrepareItem
        let place: Range<Int>
    }

    private(set) var entries: [Entry] = []
    private(set) var rejections: [Rejection] = []
    /// Remarks on images that are used, and the keys they concern.
    private(set) var warnings: [String: [String]] = [:]
    /// The file of JPEG files.
    let path: String
    private let options: PrepareOptions
    private var keys: [String: String] = [:]

    private typealias Encoded = Result<(jpeg: [UInt8], warning: String?), CorpusError>

    init(path: String, options: PrepareOptions) { (self.path, self.options) = (path, options) }

    /// Encodes all images of all batches, in their order whatever the number of threads.
    mutating func add(
        _ batches: [PrepareBatch], progress: (PrepareProgress) -> Void
    ) throws(CorpusError) {
        var file = try onFiles { () throws(FileError) in try AtomicFile(path) }
        var total = 0
        var done = 0
        for (number, batch) in batches.enumerated() {
            let isLast = batches[(number + 1)...].allSatisfy(\.isEmpty)
            let (found, passedOver) = try batch.find()
            rejections += passedOver
            let items = try unique(found)
            total += items.count
            let workers = Self.workers(items, options)
            for item in items {
                guard let encoded = workers.next() else { break }
                try take(encoded, item, &file)
                done += 1
                progress(PrepareProgress(done: done, total: isLast ? total : nil))
            }
        }
        do throws(FileError) { try file.commit() } catch { throw .file(error) }
    }

    private static func workers(
        _ items: [PrepareItem], _ options: PrepareOptions
    ) -> OrderedWorkers<Encoded> {
        let (size, quality) = (options.size, options.quality)
        return OrderedWorkers(
            count: items.count, workers: options.workers, ahead: 2 * options.workers + 2
        ) { index in
            Result { () throws(CorpusError) in
                let item = items[index]
                let (image, warning) = try item.read()
                if let jpeg = try item.encode?(image) { return (jpeg, warning) }
                do throws(ImageError) {
                    let sized = image.resized(width: size, height: size)
                    return (try JPEGEncoder.encode(sized, quality: quality), warning)
                } catch {
                    throw .image(key: item.path, reason: error.description)
                }
            }
        }
    }

    private mutating func take(
        _ encoded: Encoded, _ item: PrepareItem, _ file: inout AtomicFile
    ) throws(CorpusError) {
        do throws(CorpusError) {
            let (jpeg, warning) = try encoded.get()
            let start = file.count
            do throws(FileError) { try file.write(jpeg) } catch { throw CorpusError.file(error) }
            entries.append(Entry(item: item, place: start..<(start + jpeg.count)))
            if let warning { warnings[warning, default: []].append(item.key) }
        } catch {
            guard case .image(_, let reason) = error, options.onError == .reject else {
                throw error
            }
            rejections.append(Rejection(path: item.path, reason: reason))
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
