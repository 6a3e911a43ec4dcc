internal import CambiumFiles
internal import Glibc

/// Lines that arrive at a descriptor, each of bounded length.
struct LineInput {
    private let descriptor: Int32
    private let limit: Int
    private var buffer: [UInt8] = []
    private var searched = 0
    private var isSkipping = false
    private var isEnded = false

    /// Lines of standard input, say; longer ones than `limit` bytes are passed over.
    init(_ descriptor: Int32, limit: Int) { (self.descriptor, self.limit) = (descriptor, limit) }

    /// The next line without its end; an inner nil for one that is too long; nil at the end.
    mutating func next() throws -> [UInt8]?? {
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                let line = Array(buffer[..<end])
                buffer.removeSubrange(...end)
                searched = 0
                if isSkipping {
                    isSkipping = false
                    return .some(nil)
                }
                if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { continue }
                return .some(line)
            }
            searched = buffer.count
            if isEnded { return try last() }
            if buffer.count > limit {
                (isSkipping, searched) = (true, 0)
                buffer.removeAll()
            }
            try fill()
        }
    }

    private mutating func last() throws -> [UInt8]?? {
        defer { (buffer, searched) = ([], 0) }
        return buffer.isEmpty || isSkipping ? nil : .some(buffer)
    }

    private mutating func fill() throws {
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0, errno != EINTR {
            throw FileError.refused(
                operation: "read", path: "standard input", reason: String(cString: strerror(errno)))
        }
        if count == 0 { isEnded = true }
        if count > 0 { buffer.append(contentsOf: chunk[..<count]) }
    }
}
