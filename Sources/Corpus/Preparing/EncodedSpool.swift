import CambiumFiles
import CambiumImaging

/// What a worker made of one image.
struct EncodedImage: Sendable {
    let jpeg: [UInt8]
    let warning: String?
    let fingerprint: ImageFingerprint
}

/// Encoded images on disk, each with its fingerprint behind it, in files of some hundred, until
/// classes and splits are known.
///
/// Each file appears whole, with an index that says which inputs it was made of. When a run is
/// killed, the next one with the same recipe takes over the files whose inputs are unchanged.
struct EncodedSpool {
    /// One image: what became of it.
    struct Record: Sendable {
        /// Where it comes from, ``PrepareItem/path``.
        let path: String
        /// The file that held it, as it was.
        let stamp: FileStamp?
        /// Its bytes in the spool's file and what was noticed; or why it is not used.
        let outcome: Result<(place: Range<Int>, warning: String?), Refusal>
    }

    /// Why an image is not used.
    struct Refusal: Error, Equatable {
        let reason: String
    }

    /// Images a file; a kill loses at most so many.
    static let fileLength = 256

    /// One of the files: part of a batch, made by one of several processes. One number, as every
    /// image has one.
    struct File: Hashable {
        private let bits: Int

        init(_ part: Int, batch: Int, rank: Int = 0) { bits = rank << 48 | batch << 24 | part }

        /// Grows from file to file of a process.
        var order: Int { bits & (1 << 48 - 1) }

        fileprivate var name: String {
            let digits = String(order)
            let number = String(repeating: "0", count: max(0, 7 - digits.count)) + digits
            return bits == order ? number : "\(EncodedSpool.rankFolder)\(bits >> 48)/\(number)"
        }
    }

    /// What the folders of processes other than the leading one begin with.
    private static let rankFolder = "rank-"

    /// Where the files lie.
    let folder: String
    private let recipe: String

    /// - Parameters:
    ///   - folder: where the files go; made here.
    ///   - recipe: everything besides the inputs that the bytes depend on.
    ///   - processes: how many will write; the files of each but the first go into a folder of
    ///     its own below, so that no two write the same.
    init(folder: String, recipe: String, processes: Int = 1) throws(CorpusError) {
        self.init(of: folder, recipe: recipe)
        try onFiles { () throws(FileError) in
            try FileSystem.makeFolder(folder)
            for rank in 1..<max(1, processes) {
                try FileSystem.makeFolder("\(folder)/\(Self.rankFolder)\(rank)")
            }
        }
    }

    /// The spool that another process has made, which may be gone again.
    init(of folder: String, recipe: String) { (self.folder, self.recipe) = (folder, recipe) }

    /// Whether its folder is still there.
    var exists: Bool { FileSystem.kind(folder) != nil }

    /// Takes over the files that a killed run left, and removes the rest of it. What does not fit
    /// is found out later, by ``finished(_:items:)``.
    func adopt(_ leftover: String) throws(CorpusError) {
        try onFiles { () throws(FileError) in
            try move(leftover)
            try FileSystem.remove(leftover)
        }
    }

    private func move(_ leftover: String) throws(FileError) {
        for name in try FileSystem.names(in: leftover) {
            let path = "\(leftover)/\(name)"
            if name.hasPrefix(Self.rankFolder) {
                try move(path)
            } else if name.hasSuffix(".images") || name.hasSuffix(".index") {
                try FileSystem.rename(path, to: "\(folder)/\(name)")
            }
        }
    }

    /// What an earlier run made of these items, or nil unless the file is about just them,
    /// unchanged, by the same recipe.
    func finished(_ file: File, items: ArraySlice<PrepareItem>) -> [Record]? {
        guard let records = records(file, items: items) else { return nil }
        for (record, item) in zip(records, items) {
            guard let stamp = record.stamp, let file = item.file, stamp == FileStamp(of: file)
            else { return nil }
        }
        return records
    }

    /// What another process of this run made of these items, or nil unless the file is about just
    /// them, by the same recipe.
    func records(_ file: File, items: ArraySlice<PrepareItem>) -> [Record]? {
        guard let bytes = try? FileSystem.read(path(file, "index")),
            let index = try? JSON.decode(Index.self, from: JSON(parsing: bytes)),
            index.recipe == recipe, index.images.count == items.count,
            let size = try? FileSystem.size(path(file, "images"))
        else { return nil }
        var records: [Record] = []
        var start = 0
        for (row, item) in zip(index.images, items) {
            guard let record = Record(row, start: start), record.path == item.path else {
                return nil
            }
            if case .success((let place, _)) = record.outcome {
                start = place.upperBound + ImageFingerprint.count
            }
            records.append(record)
        }
        return start == size ? records : nil
    }

    /// Starts a file.
    func begin(_ file: File) throws(CorpusError) -> Writer {
        try Writer(path(file, "images"))
    }

    /// Gives a file its name, then its index.
    func finish(_ file: File, _ writer: consuming Writer) throws(CorpusError) {
        let index = Index(recipe: recipe, images: writer.records.map(Index.Row.init))
        try writer.commit()
        try onFiles { () throws(FileError) in
            try FileSystem.write(JSON.encode(index).document, to: path(file, "index"))
        }
    }

    /// The fingerprint of the image at a place.
    func fingerprint(
        _ file: File, _ place: Range<Int>
    ) throws(CorpusError) -> ImageFingerprint {
        let behind = place.upperBound..<(place.upperBound + ImageFingerprint.count)
        return try bytes(file, behind).withUnsafeBytes { ImageFingerprint(bytes: $0) }
    }

    /// An image's bytes.
    func bytes(_ file: File, _ place: Range<Int>) throws(CorpusError) -> [UInt8] {
        try onFiles { () throws(FileError) in try FileSlice.read(path(file, "images"), place) }
    }

    /// Removes everything.
    func remove() throws(CorpusError) {
        try onFiles { () throws(FileError) in try FileSystem.remove(folder) }
    }

    private func path(_ file: File, _ ending: String) -> String {
        "\(folder)/\(file.name).\(ending)"
    }
}

extension EncodedSpool {
    /// One of the spool's files on its way to disk.
    struct Writer: ~Copyable {
        private var file: AtomicFile
        private(set) var records: [Record] = []

        fileprivate init(_ path: String) throws(CorpusError) {
            do throws(FileError) { file = try AtomicFile(path) } catch { throw .file(error) }
        }

        /// Adds an image's outcome; gives the record of it.
        mutating func add(
            _ item: PrepareItem, _ stamp: FileStamp?,
            _ outcome: Result<EncodedImage, Refusal>
        ) throws(CorpusError) -> Record {
            let start = file.count
            if case .success(let image) = outcome {
                do throws(FileError) {
                    try file.write(image.jpeg)
                    try file.write(image.fingerprint.bytes)
                } catch {
                    throw .file(error)
                }
            }
            let record = Record(
                path: item.path, stamp: stamp,
                outcome: outcome.map { (start..<(start + $0.jpeg.count), $0.warning) })
            records.append(record)
            return record
        }

        fileprivate consuming func commit() throws(CorpusError) {
            do throws(FileError) { try file.commit() } catch { throw .file(error) }
        }
    }
}

extension EncodedSpool {
    /// What a file was made of.
    fileprivate struct Index: Codable {
        let recipe: String
        let images: [Row]

        /// One image: its bytes, or the reason why there are none.
        struct Row: Codable {
            let path: String
            var size: Int?
            var modified: Int?
            var bytes: Int?
            var warning: String?
            var reason: String?
        }
    }
}

extension EncodedSpool.Index.Row {
    init(_ record: EncodedSpool.Record) {
        path = record.path
        (size, modified) = (record.stamp?.size, record.stamp?.modified)
        switch record.outcome {
        case .success((let place, let warning)): (bytes, self.warning) = (place.count, warning)
        case .failure(let refusal): reason = refusal.reason
        }
    }
}

extension EncodedSpool.Record {
    /// Reads a row of an index; nil where it has neither bytes nor a reason.
    fileprivate init?(_ row: EncodedSpool.Index.Row, start: Int) {
        path = row.path
        if let size = row.size, let modified = row.modified {
            stamp = FileStamp(size: size, modified: modified)
        } else {
            stamp = nil
        }
        if let reason = row.reason {
            outcome = .failure(EncodedSpool.Refusal(reason: reason))
        } else if let bytes = row.bytes, bytes > 0, bytes < 1 << 40 {
            outcome = .success((start..<(start + bytes), row.warning))
        } else {
            return nil
        }
    }
}
