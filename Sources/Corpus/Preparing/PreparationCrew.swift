internal import CambiumFiles
internal import Glibc

/// Several processes that prepare one data set: each encodes a share of the images into a folder
/// of its own below the leading one's, which takes them over and does all the rest. They leave
/// notes for each other; files are read only once a note says that they are whole.
public protocol PreparationCrew {
    /// This process's number; 0 leads.
    var rank: Int { get }
    /// How many processes there are.
    var size: Int { get }
    /// How long another process's note may stay the same while this one waits for it.
    var patience: Duration { get }
    /// Leaves a note in the place of this process's last one.
    func say(_ note: String) throws(CorpusError)
    /// The last note of another process, nil before its first.
    func note(of rank: Int) throws(CorpusError) -> String?
}

/// What a process says of its share.
enum CrewNote: Equatable {
    /// Files up to this one are whole, and so many images have been looked at.
    case working(upTo: Int, images: Int)
    /// There is nothing left to do.
    case ended
    /// An image that must not be left out cannot be used.
    case image(key: String, reason: String)
    /// The inputs cannot be used.
    case refused(String)

    var text: String {
        switch self {
        case .working(let number, let images): "working\n\(number)\n\(images)"
        case .ended: "ended"
        case .image(let key, let reason): "image\n\(key)\n\(reason)"
        case .refused(let reason): "refused\n\(reason)"
        }
    }

    init?(_ text: String) {
        let parts = text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
            .map(String.init)
        switch (parts.first, parts.count) {
        case ("working", 3):
            guard let number = Int(parts[1]), let images = Int(parts[2]) else { return nil }
            self = .working(upTo: number, images: images)
        case ("ended", _): self = .ended
        case ("image", 3): self = .image(key: parts[1], reason: parts[2])
        case ("refused", 2...): self = .refused(parts[1...].joined(separator: " "))
        default: return nil
        }
    }
}

extension PreparationCrew {
    func say(_ note: CrewNote) throws(CorpusError) { try say(note.text) }

    /// Waits for the first note of the leading process.
    func leadersNote() throws(CorpusError) -> String {
        while true {
            if let note = try note(of: 0) { return note }
            usleep(20_000)
        }
    }

    /// Waits until a process is done with a file of its own, whether it made it or not.
    /// - Throws: ``CorpusError`` that the process met, or that it does not go on.
    func wait(for file: EncodedSpool.File, of rank: Int) throws(CorpusError) {
        var (last, since) = ("", ContinuousClock.now)
        while true {
            let text = try note(of: rank) ?? ""
            switch CrewNote(text) {
            case .working(let number, _) where number >= file.order: return
            case .ended: return
            case .image(let key, let reason): throw .image(key: key, reason: reason)
            case .refused(let reason):
                throw .dataSet(path: "rank \(rank)", reason: "cannot do its share: \(reason)")
            case .working, nil: break
            }
            if text != last { (last, since) = (text, .now) }
            let time = ContinuousClock.now - since
            guard time < patience else {
                throw .dataSet(
                    path: "rank \(rank)",
                    reason: "has kept the others waiting for \(time.components.seconds) s")
            }
            usleep(20_000)
        }
    }
}

/// How the images of a batch are divided: into files of the spool, and these among processes.
struct EncodingParts {
    /// The images of each file.
    let ranges: [Range<Int>]
    private let batch: Int
    private let size: Int
    private let isOnly: Bool

    /// - Parameters:
    ///   - batch: which one of all, from 0.
    ///   - isOnly: whether there is no other. Otherwise batches are dealt out whole, as images of
    ///     one have a volume in common.
    ///   - size: how many processes there are.
    init(_ count: Int, batch: Int, isOnly: Bool, processes size: Int) {
        let most = EncodedSpool.fileLength
        // Small data sets have something for everybody.
        let length = size == 1 || !isOnly ? most : min(most, max(16, count / (4 * size)))
        ranges = stride(from: 0, to: count, by: length).map { $0..<min($0 + length, count) }
        (self.batch, self.size, self.isOnly) = (batch, size, isOnly)
    }

    /// The process that encodes a part: consecutive parts, so that few volumes are in two shares.
    func owner(of part: Int) -> Int {
        isOnly ? part * size / ranges.count : Self.owner(ofBatch: batch, size)
    }

    /// The process that encodes a whole batch.
    static func owner(ofBatch batch: Int, _ size: Int) -> Int { batch % size }
}
