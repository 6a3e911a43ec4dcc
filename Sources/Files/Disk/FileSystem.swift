internal import Glibc

/// The few questions Cambium asks of the file system, without Foundation.
public enum FileSystem {
    /// What stands at a path.
    public enum Kind: Sendable, Equatable { case file, folder, other }

    /// What stands at `path` (links followed), or nil when nothing does.
    public static func kind(_ path: String) -> Kind? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        default: return .other
        }
    }

    /// Size in bytes.
    public static func size(_ path: String) throws(FileError) -> Int {
        try status(path).size
    }

    /// Seconds since 1970 of the last change, with fractions.
    public static func modified(_ path: String) throws(FileError) -> Double {
        try status(path).modified
    }

    /// The names in a folder, without `.` and `..`, in byte order (never the file system's).
    public static func names(in folder: String) throws(FileError) -> [String] {
        guard let stream = opendir(folder) else { throw SystemCall.failure("list", folder) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            // By address: an entry is only as long as its name, a copy of all 256 bytes is not.
            let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 19
            let name = String(
                cString: (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self))
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Makes the folder and its parents; fine when it exists.
    public static func makeFolder(_ path: String) throws(FileError) {
        if kind(path) == .folder { return }
        let parent = Self.parent(path)
        if parent != path, kind(parent) == nil { try makeFolder(parent) }
        guard mkdir(path, 0o755) == 0 || errno == EEXIST && kind(path) == .folder else {
            throw SystemCall.failure("create the folder", path)
        }
    }

    /// Gives `source` the name `destination`, replacing a file there.
    public static func rename(_ source: String, to destination: String) throws(FileError) {
        try move(source, to: destination)
        syncFolder(of: destination)
    }

    /// Renames without syncing, for those who hold the lock of ``Temporaries``.
    static func move(_ source: String, to destination: String) throws(FileError) {
        guard Glibc.rename(source, destination) == 0 else {
            throw SystemCall.failure("rename to \(destination)", source)
        }
    }

    /// Removes a file, link or folder with all below it (links are not followed). What others
    /// remove at the same time is gone as well; what they just began in a folder goes with it.
    public static func remove(_ path: String) throws(FileError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            guard unlink(path) == 0 || errno == ENOENT else {
                throw SystemCall.failure("remove", path)
            }
            return
        }
        for isLast in (0..<10).map({ $0 == 9 }) {
            do throws(FileError) {
                for name in try names(in: path) { try remove("\(path)/\(name)") }
            } catch .missing {}
            if rmdir(path) == 0 || errno == ENOENT { return }
            guard errno == ENOTEMPTY || errno == EEXIST, !isLast else {
                throw SystemCall.failure("remove", path)
            }
        }
    }

    /// Points the relative link `path` to `target`, replacing an earlier link in one step.
    public static func link(_ path: String, to target: String) throws(FileError) {
        let temporary = Temporaries.name(for: path)
        Temporaries.begin(temporary)
        try Temporaries.end(temporary) { () throws(FileError) in
            unlink(temporary)
            guard symlink(target, temporary) == 0 else { throw SystemCall.failure("link", path) }
            try move(temporary, to: path)
        }
        syncFolder(of: path)
    }

    /// Whether `path` itself is a symbolic link.
    public static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// Syncs the folder that holds `path`, so that a rename in it survives a power cut. What lies
    /// in a ``StagedFolder`` waits for its end.
    public static func syncFolder(of path: String) {
        if !Temporaries.hold(path) { sync(folder: parent(path)) }
    }

    /// Syncs the names in a folder and in those below it.
    static func syncTree(_ folder: String) {
        for name in (try? names(in: folder)) ?? [] {
            let path = "\(folder)/\(name)"
            if !isLink(path), kind(path) == .folder { syncTree(path) }
        }
        sync(folder: folder)
    }

    private static func sync(folder: String) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// All bytes of a small file.
    public static func read(_ path: String) throws(FileError) -> [UInt8] {
        try MappedFile(path).withBytes { Array($0) }
    }

    /// The text of a small UTF-8 file; a byte order mark is dropped.
    public static func readText(_ path: String) throws(FileError) -> String {
        var bytes = try read(path)[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .malformed(path: path, reason: "not UTF-8 text; save it as UTF-8")
        }
        return text
    }

    /// Writes a whole small file atomically.
    public static func write(_ text: String, to path: String) throws(FileError) {
        try write(Array(text.utf8), to: path)
    }

    /// Writes a whole small file atomically.
    public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        var file = try AtomicFile(path)
        try file.write(bytes)
        try file.commit()
    }

    /// The folder part of a path (`.` for a bare name).
    public static func parent(_ path: String) -> String {
        var trimmed = path[...]
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed = trimmed.dropLast() }
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }

    /// The last part of a path.
    public static func name(_ path: String) -> String {
        var trimmed = path[...]
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed = trimmed.dropLast() }
        guard let slash = trimmed.lastIndex(of: "/") else { return String(trimmed) }
        return String(trimmed[trimmed.index(after: slash)...])
    }

    private static func status(
        _ path: String
    ) throws(FileError) -> (size: Int, modified: Double) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw SystemCall.failure("inspect", path) }
        let time = status.st_mtim
        return (Int(status.st_size), Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9)
    }
}

extension FileSystem {
    /// The folder of the running program.
    public static var programFolder: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { return workingFolder }
        return parent(
            String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self))
    }

    /// Where temporary files go: `TMPDIR`, or `/tmp`.
    public static var temporaryFolder: String {
        guard let path = getenv("TMPDIR"), path.pointee != 0 else { return "/tmp" }
        return String(cString: path)
    }

    /// The working folder.
    public static var workingFolder: String {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }
}
