internal import CambiumFiles

/// One table in one file or in several, `NAME-00000-of-00016.tsv`, read as one.
struct ShardedFiles: Sendable {
    let files: [TSVReader]
    /// The global number of each file's first row, and the number of all rows at the end.
    private let starts: [Int]

    var count: Int { starts.last ?? 0 }

    /// Opens `path`, with or without `.tsv`; a missing shard is named.
    init(_ path: String) throws(CorpusError) {
        var files: [TSVReader] = []
        for part in try Self.parts(path) { files.append(try TSVReader(part)) }
        self.init(files)
    }

    /// Opens `path` and finds all rows anew; line indexes are neither read nor written.
    init(scanning path: String) throws(CorpusError) {
        var files: [TSVReader] = []
        for part in try Self.parts(path) { files.append(try TSVReader(scanning: part)) }
        self.init(files)
    }

    private init(_ files: [TSVReader]) {
        self.files = files
        starts = files.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    }

    /// The file that holds a row, and the row's number in it.
    func locate(_ row: Int) -> (file: TSVReader, row: Int) {
        // The last file that starts at or before the row; empty shards share a start.
        var (low, high) = (0, files.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= row { low = middle } else { high = middle }
        }
        return (files[low], row - starts[low])
    }

    /// Whether a table stands at the stem, whole or in shards.
    static func exists(_ stem: String) -> Bool {
        FileSystem.kind("\(stem).tsv") != nil || !shards(stem).isEmpty
    }

    /// The name of one shard.
    static func name(_ stem: String, _ index: Int, of count: Int) -> String {
        count == 1 ? "\(stem).tsv" : "\(stem)-\(padded(index))-of-\(padded(count)).tsv"
    }

    /// The files of a table in their order.
    static func parts(_ path: String) throws(CorpusError) -> [String] {
        if FileSystem.kind(path) == .file { return [path] }
        let stem = path.hasSuffix(".tsv") ? String(path.dropLast(4)) : path
        if FileSystem.kind("\(stem).tsv") == .file { return ["\(stem).tsv"] }
        let found = shards(stem)
        guard let total = found.first?.total else { throw .file(.missing(path: "\(stem).tsv")) }
        for index in 0..<total where !found.contains(where: { $0.index == index }) {
            throw .dataSet(path: name(stem, index, of: total), reason: "this shard is missing")
        }
        guard found.count == total else {
            throw .dataSet(
                path: stem, reason: "shards of different runs stand side by side; keep one run's")
        }
        return (0..<total).map { name(stem, $0, of: total) }
    }

    private static func shards(_ stem: String) -> [(index: Int, total: Int)] {
        let prefix = FileSystem.name(stem) + "-"
        let names = (try? FileSystem.names(in: FileSystem.parent(stem))) ?? []
        return names.compactMap { name in
            guard name.hasPrefix(prefix), name.hasSuffix(".tsv") else { return nil }
            let parts = name.dropFirst(prefix.count).dropLast(4).split(separator: "-")
            guard parts.count == 3, parts[1] == "of", parts[0].count == 5,
                let index = Int(parts[0]), let total = Int(parts[2]), index < total
            else { return nil }
            return (index, total)
        }
    }

    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}
