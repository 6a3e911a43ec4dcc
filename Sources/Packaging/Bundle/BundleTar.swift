internal import CambiumFiles

/// A bundle as one file: the same files as the folder's, in a tar.
///
/// Archives of other programs are read as well, as long as they hold plain files at their places
/// in the bundle: `tar -C BUNDLE -cf BUNDLE.tar .`
struct BundleTar {
    private static let mostEntries = 20_000
    private static let mostExtended = 64 << 10

    let path: String
    /// Where the bytes of each file stand.
    let files: [String: Range<Int>]
    private let file: MappedFile

    /// Whether a file begins like a tar.
    static func recognizes(_ path: String) -> Bool {
        guard FileSystem.kind(path) == .file, let file = try? MappedFile(path) else { return false }
        return file.withBytes { bytes in
            bytes.count >= 512 && bytes[257..<262].elementsEqual("ustar".utf8)
        }
    }

    /// Reads all headers; no file's bytes are looked at, nothing of them is kept.
    /// - Throws: ``PackagingError/damaged(path:reason:)`` for anything but plain files with plain
    ///   names, each once.
    init(_ path: String) throws {
        self.path = path
        let file = try MappedFile(path)
        self.file = file
        do throws(Refusal) {
            files = try file.withBytes { bytes throws(Refusal) in
                var scan = Scan(bytes: bytes)
                return try scan.files()
            }
        } catch { throw PackagingError.damaged(path: path, reason: error.reason) }
    }

    struct Refusal: Error { let reason: String }

    /// Writes the files into an empty folder, each checked against the manifest on its way.
    func unpack(to folder: String) throws {
        guard let place = files["bundle.json"] else {
            throw PackagingError.mismatch(
                "\(path): is no bundle: bundle.json is not at the top of the tar; pack the "
                    + "folder's content, as `cambium package --out X.tar` does")
        }
        guard place.count <= BundleManifest.mostBytes else {
            throw PackagingError.damaged(path: path, reason: "has too large a manifest")
        }
        let text = slice(place) { String(validating: $0, as: UTF8.self) }
        let manifest = try BundleManifest(text: text ?? "", path: "\(path): bundle.json")
        try check(manifest)
        for (name, place) in files.sorted(by: { $0.key < $1.key }) {
            let target = "\(folder)/\(name)"
            try FileSystem.makeFolder(FileSystem.parent(target))
            try slice(place) { bytes in
                var output = try AtomicFile(target)
                try output.write(bytes)
                try output.commit()
            }
        }
    }

    private func check(_ manifest: BundleManifest) throws {
        let names = Set(files.keys).subtracting(["bundle.json"])
        if let extra = names.subtracting(manifest.files.keys).sorted().first {
            throw damaged(extra, "is not named in bundle.json")
        }
        for (name, expected) in manifest.files.sorted(by: { $0.key < $1.key }) {
            guard let place = files[name] else { throw damaged(name, "is missing") }
            guard place.count == expected.size else {
                throw damaged(
                    name, "has \(place.count) bytes, bundle.json says \(expected.size)")
            }
            let digest = slice(place) { bytes in
                var digest = Digest()
                digest.update(bytes)
                return digest.finish()
            }
            guard digest == expected.sha256 else {
                throw damaged(name, "does not match its SHA-256")
            }
        }
    }

    private func damaged(_ name: String, _ reason: String) -> PackagingError {
        .damaged(path: "\(path): \(shown(name))", reason: reason)
    }

    private func slice<Result>(
        _ place: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try file.withBytes { try body(UnsafeRawBufferPointer(rebasing: $0[place])) }
    }

    /// Writes the files of a folder as a tar, whole or not at all.
    static func write(_ folder: String, files: [String], to path: String) throws {
        var output = try AtomicFile(path)
        for name in files.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            let source = try MappedFile("\(folder)/\(name)")
            try output.write(TarHeader.blocks(name: name, size: source.count))
            try source.withBytes { try output.write($0) }
            try output.write([UInt8](repeating: 0, count: TarHeader.padding(source.count)))
        }
        try output.write([UInt8](repeating: 0, count: 2 * TarHeader.block))
        try output.commit()
    }
}

extension BundleTar {
    /// One walk over the headers.
    private struct Scan {
        let bytes: UnsafeRawBufferPointer
        private var place = 0
        private var found: [String: Range<Int>] = [:]
        private var folders: Set<String> = []
        private var long: (name: String?, size: Int?) = (nil, nil)

        init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

        mutating func files() throws(Refusal) -> [String: Range<Int>] {
            while let header = try next() { try take(header) }
            let inner = found.keys.flatMap(Self.parents)
            if let empty = folders.subtracting(inner).sorted().first {
                throw Refusal(reason: "holds \(shown(empty)), a folder without files")
            }
            return found
        }

        /// The next header, nil at the end, which must be zeros and nothing else.
        private mutating func next() throws(Refusal) -> TarHeader? {
            guard bytes.count - place >= TarHeader.block else {
                throw Refusal(reason: "is cut off")
            }
            let block = UnsafeRawBufferPointer(rebasing: bytes[place..<place + TarHeader.block])
            if block.allSatisfy({ $0 == 0 }) {
                let rest = bytes[place...]
                guard rest.count >= 2 * TarHeader.block, rest.count % TarHeader.block == 0,
                    rest.allSatisfy({ $0 == 0 }), long.name == nil
                else { throw Refusal(reason: "does not end as a tar ends") }
                return nil
            }
            guard let header = TarHeader(block) else {
                throw Refusal(reason: "has a damaged header at byte \(place)")
            }
            place += TarHeader.block
            guard found.count + folders.count < BundleTar.mostEntries else {
                throw Refusal(reason: "holds more than \(BundleTar.mostEntries) entries")
            }
            return header
        }

        private mutating func take(_ header: TarHeader) throws(Refusal) {
            let size = header.kind == .file ? long.size ?? header.size : header.size
            let end = place.addingReportingOverflow(size)
            guard !end.overflow, end.partialValue <= bytes.count,
                end.partialValue + TarHeader.padding(size) <= bytes.count
            else { throw Refusal(reason: "is cut off: \(shown(header.name)) ends after it") }
            let data = place..<end.partialValue
            place = data.upperBound + TarHeader.padding(size)
            guard bytes[data.upperBound..<place].allSatisfy({ $0 == 0 }) else {
                throw Refusal(reason: "has bytes between its files at \(data.upperBound)")
            }
            if header.kind == .extended {
                try extend(data)
            } else {
                try add(header.kind, long.name ?? header.name, data)
                long = (nil, nil)
            }
        }

        private mutating func extend(_ data: Range<Int>) throws(Refusal) {
            guard long.name == nil, long.size == nil, data.count <= BundleTar.mostExtended,
                let records = TarHeader.records(Array(bytes[data]))
            else { throw Refusal(reason: "has a damaged pax header") }
            for (key, value) in records {
                switch key {
                case "path": long.name = value
                case "size":
                    guard let size = Int(value), size >= 0 else {
                        throw Refusal(reason: "has a damaged pax header")
                    }
                    long.size = size
                case "mtime", "atime", "ctime", "uid", "gid", "uname", "gname": continue
                default: throw Refusal(reason: "has a pax header with \(shown(key))")
                }
            }
        }

        private mutating func add(
            _ kind: TarHeader.Kind, _ name: String, _ data: Range<Int>
        ) throws(Refusal) {
            if case .refused(let what) = kind {
                throw Refusal(reason: "holds \(shown(name)), \(what)")
            }
            var plain = name[...]
            if plain.hasPrefix("./") { plain = plain.dropFirst(2) }
            if kind == .folder {
                if plain.hasSuffix("/") { plain = plain.dropLast() }
                // `tar -C BUNDLE -c .` begins with the folder itself.
                if plain.isEmpty || plain == "." { return }
            }
            guard BundleManifest.isPlain(String(plain)), kind == .file || data.isEmpty else {
                throw Refusal(reason: "holds \(shown(name)), which is no path inside a bundle")
            }
            if kind == .folder {
                folders.insert(String(plain))
            } else if found.updateValue(data, forKey: String(plain)) != nil {
                throw Refusal(reason: "holds \(shown(name)) twice")
            }
        }

        private static func parents(_ name: String) -> [String] {
            let parts = name.split(separator: "/")
            return (1..<max(parts.count, 1)).map { parts[..<$0].joined(separator: "/") }
        }
    }
}
