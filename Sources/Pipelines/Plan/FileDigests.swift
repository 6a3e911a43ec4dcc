public import CambiumFiles
internal import Glibc

/// Digests of files and folders. What has the same identity as last time is not read again.
///
/// Left out are indices of tables (`*.lineidx`), which readers make again where they are missing,
/// and what is being written under a temporary name.
public final class FileDigests {
    private let path: String?
    private let known: DigestStore
    private var seen = DigestStore()
    private var isChanged = false

    /// - Parameter path: the file in which digests are kept; nil keeps none.
    public init(keptIn path: String?) {
        self.path = path
        known = path.map { DigestStore($0) } ?? DigestStore()
    }

    /// Writes what was seen, where it is not what was kept already.
    public func save() throws(FileError) {
        guard let path, isChanged else { return }
        try seen.write(to: path)
        isChanged = false
    }

    /// The digest of what stands at a path (links followed), nil when nothing does.
    /// - Throws: `FileError`, ``PipelineError/unsteady(path:)``.
    public func of(_ path: String) throws -> PathDigest? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else {
                throw FileError.refused(
                    operation: "inspect", path: path, reason: String(cString: strerror(errno)))
            }
            return nil
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            let digest = try file(path, status)
            return PathDigest(Self.hex(digest), bytes: Int(status.st_size), files: 1)
        }
        var walk = Walk()
        try folder(path, "", status, &walk)
        walk.lines.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var sum = Digest()
        for line in walk.lines {
            let text = Array("\(line.digest)  \(line.name)\n".utf8)
            text.withUnsafeBytes { sum.update($0) }
        }
        return PathDigest(sum.finish(), bytes: walk.bytes, files: walk.lines.count)
    }

    private struct Walk {
        var lines: [(name: String, digest: String)] = []
        var bytes = 0
        /// The folders around, so that a link that leads back is noticed.
        var above: [(device: UInt64, number: UInt64)] = []
    }

    private func folder(
        _ path: String, _ prefix: String, _ status: stat, _ walk: inout Walk
    ) throws {
        walk.above.append((UInt64(status.st_dev), UInt64(status.st_ino)))
        defer { walk.above.removeLast() }
        for name in try FileSystem.names(in: path) where !Self.isLeftOut(name) {
            let (inner, shown) = ("\(path)/\(name)", prefix + name)
            var status = stat()
            guard stat(inner, &status) == 0 else {
                // A link to nothing is what it says.
                walk.lines.append((shown, Self.hex(Self.link(inner))))
                continue
            }
            if status.st_mode & S_IFMT != S_IFDIR {
                walk.lines.append((shown, Self.hex(try file(inner, status))))
                walk.bytes += Int(status.st_size)
            } else if walk.above.contains(where: {
                $0 == (UInt64(status.st_dev), UInt64(status.st_ino))
            }) {
                walk.lines.append((shown, Self.hex(Self.link(inner))))
            } else {
                try folder(inner, "\(shown)/", status, &walk)
            }
        }
    }

    private static func isLeftOut(_ name: String) -> Bool {
        if name.hasSuffix(".lineidx") { return true }
        guard let mark = name.firstRange(of: ".partial-") else { return false }
        return name[mark.upperBound...].allSatisfy(\.isNumber)
    }

    private func file(_ path: String, _ status: stat) throws -> [UInt8] {
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError.refused(
                operation: "read", path: path, reason: "neither a file nor a folder")
        }
        let identity = FileIdentity(status)
        if let digest = seen[identity] { return digest }
        if let digest = known[identity] {
            seen[identity] = digest
            return digest
        }
        Self.settle(identity)
        let digest = try Self.read(path, identity)
        seen[identity] = digest
        isChanged = true
        return digest
    }

    /// Waits until a later change must show in the file's times, which move in small steps.
    private static func settle(_ identity: FileIdentity) {
        let isCoarse = identity.changed % 1_000_000_000 == 0
        let step: Int64 = isCoarse ? 2_000_000_000 : 20_000_000
        let age = FileIdentity.now - identity.changed
        if (0..<step).contains(age) { usleep(UInt32((step - age) / 1000)) }
    }

    private static func read(_ path: String, _ identity: FileIdentity) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw FileError.refused(
                operation: "read", path: path, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var sum = Digest()
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { block.deallocate() }
        while true {
            let count = Glibc.read(descriptor, block.baseAddress, block.count)
            guard count >= 0 else {
                throw FileError.refused(
                    operation: "read", path: path, reason: String(cString: strerror(errno)))
            }
            if count == 0 { break }
            sum.update(UnsafeRawBufferPointer(rebasing: block[..<count]))
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, FileIdentity(status) == identity else {
            throw PipelineError.unsteady(path: path)
        }
        return bytes(sum.finish())
    }

    private static func link(_ path: String) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &buffer, buffer.count)
        let target = buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:))
        return bytes(Digest.sha256(Array("-> ".utf8) + target))
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8).map { $0 > 0x60 ? $0 - 0x57 : $0 - 0x30 }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
