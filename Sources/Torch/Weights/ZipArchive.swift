internal import CambiumFiles

/// Where the members of a ZIP archive stand, read from its central directory (APPNOTE 6.3, with
/// zip64 sizes) and checked against the file's length before anything is believed.
///
/// Only stored members can be read: that is how `torch.save` writes, so that files can be mapped.
package struct ZipArchive {
    /// A member's bytes in the file.
    package struct Member {
        package let range: Range<Int>
        let isStored: Bool
    }

    /// Members by name.
    package private(set) var members: [String: Member] = [:]
    private let path: String

    /// Reads the directory of the archive in `bytes`; `path` is for messages.
    package init(_ bytes: UnsafeRawBufferPointer, path: String) throws(TorchError) {
        self.path = path
        guard let end = Self.end(bytes), let directory = Self.directory(bytes, end) else {
            throw refuse(
                "is a ZIP archive without its end: the file is cut off; copy or download it again")
        }
        var position = directory.start
        for _ in 0..<directory.count {
            position = try readMember(bytes, at: position)
        }
    }

    /// The bytes of a member.
    package func range(_ name: String) throws(TorchError) -> Range<Int> {
        guard let member = members[name] else { throw refuse("lacks its member \(shown(name))") }
        guard member.isStored else {
            throw refuse(
                "its member \(shown(name)) is compressed or encrypted, torch.save stores members "
                    + "plainly: unpack the archive and zip it again with `zip -0`")
        }
        return member.range
    }

    private func refuse(_ reason: String) -> TorchError { .file(path: path, reason: reason) }

    /// The position of the end record, which may be followed by a comment only.
    private static func end(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let last = bytes.count - 22
        guard last >= 0 else { return nil }
        return stride(from: last, through: max(0, last - 0xFFFF), by: -1).first { position in
            bytes.little(UInt32.self, at: position) == 0x0605_4B50
                && bytes.little(UInt16.self, at: position + 20).map(Int.init) == last - position
        }
    }

    /// Number of members and the position of the first one's entry.
    private static func directory(
        _ bytes: UnsafeRawBufferPointer, _ end: Int
    ) -> (count: Int, start: Int)? {
        guard bytes.little(UInt32.self, at: end - 20) == 0x0706_4B50 else {
            guard let count = bytes.little(UInt16.self, at: end + 10),
                let start = bytes.little(UInt32.self, at: end + 16)
            else { return nil }
            return (Int(count), Int(start))
        }
        guard let record = bytes.offset(UInt64.self, at: end - 12),
            bytes.little(UInt32.self, at: record) == 0x0606_4B50,
            let count = bytes.offset(UInt64.self, at: record + 32),
            let start = bytes.offset(UInt64.self, at: record + 48)
        else { return nil }
        return (count, start)
    }

    /// Reads one entry of the directory and gives the position of the next.
    private mutating func readMember(
        _ bytes: UnsafeRawBufferPointer, at position: Int
    ) throws(TorchError) -> Int {
        guard bytes.little(UInt32.self, at: position) == 0x0201_4B50,
            let flags = bytes.little(UInt16.self, at: position + 8),
            let method = bytes.little(UInt16.self, at: position + 10),
            let nameLength = bytes.little(UInt16.self, at: position + 28),
            let extraLength = bytes.little(UInt16.self, at: position + 30),
            let commentLength = bytes.little(UInt16.self, at: position + 32),
            let name = bytes.text(at: position + 46, count: Int(nameLength))
        else { throw refuse("its ZIP directory is damaged at byte \(position)") }
        let extra = position + 46 + Int(nameLength)
        let next = extra + Int(extraLength) + Int(commentLength)
        guard next <= bytes.count,
            let range = Self.range(bytes, entry: position, extra: extra..<extra + Int(extraLength))
        else { throw refuse("its ZIP member \(shown(name)) lies outside the file") }
        let member = Member(range: range, isStored: method == 0 && flags & 1 == 0)
        guard members.updateValue(member, forKey: name) == nil else {
            throw refuse("its ZIP directory names \(shown(name)) twice")
        }
        return next
    }

    /// The bytes of the member whose directory entry stands at `entry`.
    private static func range(
        _ bytes: UnsafeRawBufferPointer, entry: Int, extra: Range<Int>
    ) -> Range<Int>? {
        guard let full = bytes.little(UInt32.self, at: entry + 24),
            let packed = bytes.little(UInt32.self, at: entry + 20),
            let local = bytes.little(UInt32.self, at: entry + 42)
        else { return nil }
        var wide = Self.wide(bytes, extra)
        // The zip64 field holds, in this order, only those values whose short form is all ones.
        func value(_ short: UInt32) -> Int? {
            if short != .max { return Int(short) }
            return wide.isEmpty ? nil : wide.removeFirst()
        }
        guard value(full) != nil, let size = value(packed), let header = value(local),
            bytes.little(UInt32.self, at: header) == 0x0403_4B50,
            let nameLength = bytes.little(UInt16.self, at: header + 26),
            let extraLength = bytes.little(UInt16.self, at: header + 28)
        else { return nil }
        let start = header + 30 + Int(nameLength) + Int(extraLength)
        guard start <= bytes.count, size <= bytes.count - start else { return nil }
        return start..<start + size
    }

    /// The 8-byte values of an entry's zip64 field.
    private static func wide(_ bytes: UnsafeRawBufferPointer, _ extra: Range<Int>) -> [Int] {
        var position = extra.lowerBound
        while let id = bytes.little(UInt16.self, at: position),
            let size = bytes.little(UInt16.self, at: position + 2),
            position + 4 + Int(size) <= extra.upperBound
        {
            if id == 1 {
                return (0..<min(3, Int(size) / 8)).compactMap {
                    bytes.offset(UInt64.self, at: position + 4 + 8 * $0)
                }
            }
            position += 4 + Int(size)
        }
        return []
    }
}
