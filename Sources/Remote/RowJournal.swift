public import CambiumFiles
internal import Glibc

/// The results that came so far, in a file that only grows: every row with a digest of what was
/// sent for it, and a checksum. What a killed process left half-written at the end is cut off.
public final class RowJournal {
    private let path: String
    private let descriptor: Int32
    /// Where each row's record lies: its body's place and length.
    private var places: [Int: (offset: Int, count: Int)] = [:]
    private var end = 0
    private static let headCount = 25

    /// Values a vector, once there is one.
    public private(set) var width: Int?

    /// How many rows it holds.
    public var count: Int { places.count }

    /// Opens a journal, making it when it is missing.
    /// - Parameter identity: what the rows are of; a journal with rows of something else is refused.
    /// - Throws: `FileError`, ``RemoteError``.
    public init(_ path: String, identity: String) throws {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure("open", path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw RemoteError.busyJournal(path: path)
        }
        let head = Array("cambium journal 1 \(identity)".utf8)
        let records = try read()
        // One without a row holds nothing that could be lost, whatever it was begun for.
        guard records.count > 1, let first = records.first else {
            guard ftruncate(descriptor, 0) == 0 else { throw Self.failure("write", path) }
            end = 0
            _ = try append(head)
            return
        }
        guard try bytes(first) == head else { throw RemoteError.otherJournal(path: path) }
        for record in records.dropFirst() { try note(record) }
        guard ftruncate(descriptor, off_t(end)) == 0 else { throw Self.failure("write", path) }
    }

    deinit { close(descriptor) }

    /// Adds a row's result.
    /// - Throws: ``RemoteError/width(row:expected:got:)``, `FileError`.
    public func add(_ row: RemoteRow, _ result: RowResult) throws {
        var body: [UInt8] = []
        withUnsafeBytes(of: UInt64(row.number).littleEndian) { body += $0 }
        body += Self.digest(row.content)
        switch result {
        case .vector(let values):
            guard width ?? values.count == values.count else {
                throw RemoteError.width(
                    row: row.number, expected: width ?? 0, got: values.count)
            }
            width = values.count
            body.append(0)
            for value in values {
                withUnsafeBytes(of: value.bitPattern.littleEndian) { body += $0 }
            }
        case .rejected(let reason):
            body.append(1)
            body += reason.utf8
        }
        places[row.number] = (try append(body), body.count)
    }

    /// Whether a row's record is of this content.
    public func holds(_ row: RemoteRow) throws -> Bool {
        guard let place = places[row.number] else { return false }
        return try bytes(place)[8..<24].elementsEqual(Self.digest(row.content))
    }

    /// Forgets a row, whose result is to come again.
    public func forget(_ row: Int) { places[row] = nil }

    /// A row's result; nil where there is none.
    public func result(_ row: Int) throws -> RowResult? {
        guard let place = places[row] else { return nil }
        let body = try bytes(place)
        guard body[Self.headCount - 1] == 0 else {
            return .rejected(String(decoding: body[Self.headCount...], as: UTF8.self))
        }
        return .vector(
            body.withUnsafeBytes { raw in
                stride(from: Self.headCount, to: raw.count, by: 4).map { place in
                    Float(
                        bitPattern: UInt32(
                            littleEndian: raw.loadUnaligned(
                                fromByteOffset: place, as: UInt32.self)))
                }
            })
    }

    /// Removes the file.
    public func remove() throws(FileError) { try FileSystem.remove(path) }

    /// The whole records, as far as they are; `end` stands after the last.
    private func read() throws -> [(offset: Int, count: Int)] {
        var records: [(offset: Int, count: Int)] = []
        let size = try FileSystem.size(path)
        while end + 4 <= size {
            let length = try bytes((end, 4)).withUnsafeBytes {
                Int(UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)))
            }
            guard length <= size - end - 12 else { break }
            let record = (offset: end + 4, count: length)
            let sum = try bytes((record.offset + length, 8))
            guard try sum == Self.sum(bytes(record)) else { break }
            records.append(record)
            end += length + 12
        }
        return records
    }

    private func note(_ record: (offset: Int, count: Int)) throws {
        let body = try bytes((record.offset, min(record.count, Self.headCount)))
        guard body.count == Self.headCount else { return }
        let row = body.withUnsafeBytes {
            UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))
        }
        guard let row = Int(exactly: row) else { return }
        places[row] = record
        if body[Self.headCount - 1] == 0 { width = (record.count - Self.headCount) / 4 }
    }

    /// Appends a record; gives the place of its body.
    private func append(_ body: [UInt8]) throws -> Int {
        var record: [UInt8] = []
        withUnsafeBytes(of: UInt32(body.count).littleEndian) { record += $0 }
        record += body + Self.sum(body)
        let written = record.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written == record.count else {
            if written >= 0 { errno = ENOSPC }
            throw Self.failure("write", path)
        }
        let place = end + 4
        end += record.count
        return place
    }

    private func bytes(_ place: (offset: Int, count: Int)) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: place.count)
        let count = bytes.withUnsafeMutableBytes {
            pread(descriptor, $0.baseAddress, $0.count, off_t(place.offset))
        }
        guard count == place.count else { throw Self.failure("read", path) }
        return bytes
    }

    private static func digest(_ content: [UInt8]) -> [UInt8] {
        Array(Digest.sha256(content).utf8.prefix(16))
    }

    private static func sum(_ body: [UInt8]) -> [UInt8] {
        Array(Digest.sha256(body).utf8.prefix(8))
    }

    private static func failure(_ operation: String, _ path: String) -> FileError {
        switch errno {
        case ENOSPC, EDQUOT: .full(path: path)
        default:
            .refused(operation: operation, path: path, reason: String(cString: strerror(errno)))
        }
    }
}
