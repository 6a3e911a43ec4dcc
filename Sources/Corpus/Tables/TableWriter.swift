import CambiumFiles

/// What is known of a written file: for `dataset.json`.
struct WrittenFile {
    let name: String
    let sha256: String
    let bytes: Int
}

/// Writes files of a data set and remembers their digests.
struct DataSetWriter {
    private let folder: String
    private(set) var files: [WrittenFile] = []

    init(folder: String) { self.folder = folder }

    /// Writes a small text file.
    mutating func write(_ text: String, to name: String) throws(CorpusError) {
        try write(Array(text.utf8), to: name)
    }

    /// Writes a small file.
    mutating func write(_ bytes: [UInt8], to name: String) throws(CorpusError) {
        do throws(FileError) { try FileSystem.write(bytes, to: "\(folder)/\(name)") } catch {
            throw .file(error)
        }
        files.append(WrittenFile(name: name, sha256: Digest.sha256(bytes), bytes: bytes.count))
    }

    /// Writes a table with its line index, in one file or in shards of nearly equal length.
    /// - Parameters:
    ///   - stem: the name without shard and `.tsv`.
    ///   - row: the line of a row, without its line break.
    mutating func write(
        _ stem: String, rows: Int, shards: Int, row: (Int) throws(CorpusError) -> [UInt8]
    ) throws(CorpusError) {
        for shard in 0..<shards {
            let range = (shard * rows / shards)..<((shard + 1) * rows / shards)
            let name = ShardedFiles.name(stem, shard, of: shards)
            var table: TableWriter
            do throws(FileError) { table = try TableWriter("\(folder)/\(name)") } catch {
                throw .file(error)
            }
            for index in range {
                let line = try row(index)
                do throws(FileError) { try table.append(line) } catch { throw .file(error) }
            }
            let offsets = table.offsets
            do throws(FileError) { files.append(try table.commit(name: name)) } catch {
                throw .file(error)
            }
            // After its table: an index older than its table is not believed.
            try write(LineIndex.text(offsets), to: LineIndex.path(for: name))
        }
    }
}

extension Base64 {
    /// A row of a table of images, without its line break: key, tab, text.
    static func line(key: String, _ bytes: [UInt8]) -> [UInt8] {
        let start = key.utf8.count + 1
        let length = start + length(of: bytes.count)
        return [UInt8](unsafeUninitializedCapacity: length) { line, filled in
            _ = line.initialize(fromContentsOf: Array(key.utf8))
            line[start - 1] = 0x09
            encode(bytes, into: UnsafeMutableBufferPointer(rebasing: line[start...]))
            filled = length
        }
    }
}

/// One table on its way to disk: bytes, digest and where the rows begin.
private struct TableWriter: ~Copyable {
    private var file: AtomicFile
    private var digest = Digest()
    private(set) var offsets: [Int] = []

    init(_ path: String) throws(FileError) { file = try AtomicFile(path) }

    mutating func append(_ line: [UInt8]) throws(FileError) {
        offsets.append(file.count)
        try add(line)
        try add([0x0A])
    }

    consuming func commit(name: String) throws(FileError) -> WrittenFile {
        let bytes = file.count
        let sha256 = digest.finish()
        try file.commit()
        return WrittenFile(name: name, sha256: sha256, bytes: bytes)
    }

    private mutating func add(_ bytes: [UInt8]) throws(FileError) {
        bytes.withUnsafeBytes { digest.update($0) }
        try file.write(bytes)
    }
}
