package import CambiumFiles
import Glibc

/// Where each row of a table begins, in bytes: the `.lineidx` of the UniCL and Oscar tools.
package enum LineIndex {
    /// `train_images.tsv` -> `train_images.lineidx`.
    static func path(for table: String) -> String {
        (table.hasSuffix(".tsv") ? String(table.dropLast(4)) : table) + ".lineidx"
    }

    /// The offsets of a table: read where they are stored and not older than it, found again
    /// otherwise and then stored, where the folder can be written to.
    package static func of(_ table: MappedFile) throws(FileError) -> [Int] {
        let path = path(for: table.path)
        if let stored = try stored(path, for: table) { return stored }
        let offsets = table.withBytes(scan)
        // The index is a cache: a read-only folder costs the next reader a scan, no more.
        do throws(FileError) { try FileSystem.write(text(offsets), to: path) } catch {}
        return offsets
    }

    /// The file's content.
    static func text(_ offsets: [Int]) -> String {
        offsets.reduce(into: "") { $0 += "\($1)\n" }
    }

    private static func stored(_ path: String, for table: MappedFile) throws(FileError) -> [Int]? {
        guard FileSystem.kind(path) == .file,
            try FileSystem.modified(path) >= FileSystem.modified(table.path)
        else { return nil }
        return try MappedFile(path).withBytes { parse($0, tableSize: table.count) }
    }

    /// The numbers of an index file, nil unless they rise from 0 and stay within the table.
    private static func parse(_ bytes: UnsafeRawBufferPointer, tableSize: Int) -> [Int]? {
        var offsets: [Int] = []
        var (value, digits) = (0, 0)
        for byte in bytes {
            switch byte {
            case 0x30...0x39 where digits < 18:
                value = value * 10 + Int(byte - 0x30)
                digits += 1
            case 0x0A where digits > 0:
                guard value < tableSize, value > offsets.last ?? -1 else { return nil }
                offsets.append(value)
                (value, digits) = (0, 0)
            case 0x0D: continue
            default: return nil
            }
        }
        let startsAtZero = offsets.first.map { $0 == 0 } ?? (tableSize == 0)
        return digits == 0 && startsAtZero ? offsets : nil
    }

    /// The starts of all lines; blank lines at the end are no rows.
    package static func scan(_ bytes: UnsafeRawBufferPointer) -> [Int] {
        var end = bytes.count
        while end > 0, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
        guard end > 0, let base = bytes.baseAddress else { return [] }
        var offsets = [0]
        var place = 0
        while let newline = memchr(base + place, 0x0A, end - place) {
            place = UnsafeRawPointer(newline) - base + 1
            offsets.append(place)
        }
        return offsets
    }
}
