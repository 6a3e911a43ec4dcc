/// The 512 bytes before a file in a tar (POSIX.1-1988 "ustar"; POSIX.1-2001 "pax" for names and
/// sizes that do not fit).
///
/// What is written carries no time, owner or machine: the same files give the same bytes. What is
/// read is checked to the last byte, so that none of an archive can change unnoticed.
struct TarHeader {
    /// What an entry is.
    enum Kind: Equatable {
        case file, folder
        /// Names and sizes of the entry that follows.
        case extended
        /// Anything a bundle has no use for, in words.
        case refused(String)
    }

    static let block = 512

    let name: String
    let size: Int
    let kind: Kind

    /// Reads a block; nil where it is no header.
    init?(_ bytes: UnsafeRawBufferPointer) {
        let isGNU = Self.text(bytes[257..<265]) == "ustar  "
        guard bytes.count == Self.block, Self.sum(bytes) == Self.checksum(bytes[148..<156]),
            isGNU || bytes[257..<265].elementsEqual("ustar\u{0}00".utf8),
            let name = Self.text(bytes[0..<100]), let prefix = Self.text(bytes[345..<500]),
            let size = Self.number(bytes[124..<136])
        else { return nil }
        self.name = isGNU || prefix.isEmpty ? name : "\(prefix)/\(name)"
        self.size = size
        kind = Self.kind(bytes[156])
    }

    private static func kind(_ flag: UInt8) -> Kind {
        switch flag {
        case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): .file
        case UInt8(ascii: "5"): .folder
        case UInt8(ascii: "x"): .extended
        case UInt8(ascii: "1"), UInt8(ascii: "2"): .refused("a link")
        case UInt8(ascii: "3"), UInt8(ascii: "4"), UInt8(ascii: "6"): .refused("no plain file")
        default: .refused("of a kind that bundles do not have")
        }
    }

    /// The sum of all bytes, those of the sum itself counted as spaces.
    private static func sum(_ bytes: UnsafeRawBufferPointer) -> Int {
        bytes.indices.reduce(0) { $0 + ((148..<156).contains($1) ? 32 : Int(bytes[$1])) }
    }

    /// Six octal digits, a zero and a space, as every program writes them.
    private static func checksum(_ field: Slice<UnsafeRawBufferPointer>) -> Int? {
        let bytes = Array(field)
        guard bytes[6] == 0, bytes[7] == 0x20 else { return nil }
        return octal(bytes[..<6])
    }

    private static func octal(_ digits: ArraySlice<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }
    }

    /// Eleven octal digits and an end, or GNU's binary number.
    private static func number(_ field: Slice<UnsafeRawBufferPointer>) -> Int? {
        let bytes = Array(field)
        if bytes[0] == 0x80 {
            let value = bytes.dropFirst(4).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return bytes[1..<4].allSatisfy { $0 == 0 } && value < 1 << 50 ? Int(value) : nil
        }
        guard bytes[11] == 0 || bytes[11] == 0x20 else { return nil }
        return octal(bytes[..<11])
    }

    /// Text up to the first zero, after which there must be nothing.
    private static func text(_ field: Slice<UnsafeRawBufferPointer>) -> String? {
        let used = field.prefix { $0 != 0 }
        guard field.dropFirst(used.count).allSatisfy({ $0 == 0 }) else { return nil }
        return String(validating: used, as: UTF8.self)
    }
}

extension TarHeader {
    /// The blocks before a file's bytes.
    static func blocks(name: String, size: Int) -> [UInt8] {
        let (fits, prefix, short) = split(name)
        guard !fits || size > 0o77_777_777_777 else {
            return header(prefix: prefix, name: short, size: size, flag: "0")
        }
        let records = record("path", name) + record("size", "\(size)")
        return header(prefix: "", name: "pax", size: records.count, flag: "x") + padded(records)
            + header(prefix: "", name: "pax-file", size: min(size, 0o77_777_777_777), flag: "0")
    }

    /// Bytes with zeros up to a whole block.
    static func padded(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: padding(bytes.count))
    }

    /// Zeros after a file of this size.
    static func padding(_ size: Int) -> Int { (block - size % block) % block }

    /// A name that is too long, in two parts at a slash, where that is possible.
    private static func split(_ name: String) -> (fits: Bool, prefix: String, name: String) {
        if name.utf8.count <= 100 { return (true, "", name) }
        for slash in name.indices where name[slash] == "/" {
            let (prefix, rest) = (name[..<slash], name[name.index(after: slash)...])
            if prefix.utf8.count <= 155, rest.utf8.count <= 100 {
                return (true, String(prefix), String(rest))
            }
        }
        return (false, "", "")
    }

    private static func header(
        prefix: String, name: String, size: Int, flag: Character
    ) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: block)
        func put(_ text: String, _ place: Int) {
            bytes.replaceSubrange(place..<place + text.utf8.count, with: Array(text.utf8))
        }
        func digits(_ value: Int, _ count: Int) -> String {
            let text = String(value, radix: 8)
            return String(repeating: "0", count: count - text.count) + text
        }
        put(name, 0)
        put(digits(0o644, 7), 100)
        for place in [108, 116] { put(digits(0, 7), place) }
        put(digits(size, 11), 124)
        put(digits(0, 11), 136)
        put(String(flag), 156)
        put("ustar\u{0}00", 257)
        for place in [329, 337] { put(digits(0, 7), place) }
        put(prefix, 345)
        put(digits(bytes.withUnsafeBytes { sum($0) }, 6) + "\u{0} ", 148)
        return bytes
    }

    /// `LENGTH KEY=VALUE` and a line break, where the length counts itself.
    private static func record(_ key: String, _ value: String) -> [UInt8] {
        let rest = " \(key)=\(value)\n".utf8.count
        var length = rest + 1
        while "\(length)".utf8.count + rest != length { length = "\(length)".utf8.count + rest }
        return Array("\(length) \(key)=\(value)\n".utf8)
    }

    /// The records of a pax header; nil where they are none.
    static func records(_ bytes: [UInt8]) -> [(key: String, value: String)]? {
        var (rest, found) = (bytes[...], [(key: String, value: String)]())
        while !rest.isEmpty {
            guard let space = rest.firstIndex(of: 0x20), space - rest.startIndex <= 6,
                let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
                length > space - rest.startIndex + 1, length <= rest.count,
                rest[rest.startIndex + length - 1] == 0x0A,
                let text = String(
                    validating: rest[(space + 1)..<(rest.startIndex + length - 1)], as: UTF8.self),
                let equals = text.firstIndex(of: "=")
            else { return nil }
            found.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
            rest = rest.dropFirst(length)
        }
        return found
    }
}
