internal import CambiumFiles
internal import Glibc

/// The end of a stage's log.
enum StageLog {
    /// The sentence that a stage ended with: its error line, else its last line.
    static func complaint(_ path: String) -> String? {
        let lines = last(path)
        let mark = "cambium: error: "
        if let line = lines.last(where: { $0.hasPrefix(mark) }) {
            return String(line.dropFirst(mark.count))
        }
        return lines.last.map { "\($0)" }
    }

    /// Its last line, nil while there is none.
    static func line(_ path: String) -> String? { last(path).last }

    private static func last(_ path: String) -> [String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        lseek(descriptor, max(0, size - 8192), SEEK_SET)
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return [] }
        return String(decoding: bytes[..<count], as: UTF8.self)
            .split(whereSeparator: \.isNewline).map { String($0).onOneLine }
    }
}
