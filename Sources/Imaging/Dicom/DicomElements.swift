/// How the elements of a data set are written.
struct DicomEncoding: Equatable {
    var isExplicit: Bool
    var isBig: Bool

    static let littleExplicit = DicomEncoding(isExplicit: true, isBig: false)
    static let littleImplicit = DicomEncoding(isExplicit: false, isBig: false)
}

/// The elements of a DICOM data set or of an item of a sequence (PS3.5, section 7), found where
/// they lie: nothing is copied, and no length is believed before it is compared with what is
/// there. Values stay valid as long as the bytes.
struct DicomElements {
    /// One element's value.
    struct Element {
        let tag: DicomTag
        /// Where the value lies; for an undefined length, the items without their end.
        let range: Range<Int>
        let hasLength: Bool
        /// The value is made of 16-bit words (OW), which a big-endian file swaps.
        let isWords: Bool
        /// The value is longer than the file.
        let isCut: Bool
        let encoding: DicomEncoding
    }

    let bytes: UnsafeRawBufferPointer
    private(set) var elements: [DicomTag: Element] = [:]
    /// Where reading stopped.
    private(set) var end: Int

    private static let deepest = 32
    private static let mostElements = 1 << 20

    /// Reads elements from `range`, up to and with the pixel data, or to the end of an item.
    /// `within` limits the groups: the file's meta information is group 2 alone.
    init(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ encoding: DicomEncoding,
        onlyGroup: UInt32? = nil, depth: Int = 0
    ) throws(ImageError) {
        (self.bytes, end) = (bytes, range.lowerBound)
        guard depth < Self.deepest else {
            throw .dicom(detail: "broken DICOM: sequences deeper than \(Self.deepest)")
        }
        while range.upperBound - end >= 8 {
            let tag = Self.tag(bytes, end, encoding)
            if let onlyGroup, tag.group != onlyGroup { break }
            if tag == .itemEnd || tag == .sequenceEnd {
                end += 8
                break
            }
            let element = try Self.element(bytes, end, range.upperBound, encoding, depth)
            guard elements.count < Self.mostElements else {
                throw .dicom(detail: "broken DICOM: more than \(Self.mostElements) elements")
            }
            elements[tag] = elements[tag] ?? element.element
            end = element.next
            if tag == .pixels, depth == 0 { break }
        }
    }

    /// The value of an element, nil when there is none.
    func value(_ tag: DicomTag) -> UnsafeRawBufferPointer? {
        elements[tag].map { UnsafeRawBufferPointer(rebasing: bytes[$0.range]) }
    }

    /// The items of a sequence, each read as elements of its own; `only` reads a single one.
    func items(_ tag: DicomTag, only wanted: Int? = nil) throws(ImageError) -> [DicomElements] {
        guard let element = elements[tag] else { return [] }
        var items: [DicomElements] = []
        var number = 0
        try Self.visitItems(bytes, element.range, element.encoding, depth: 1) {
            (range) throws(ImageError) in
            if wanted == nil || wanted == number {
                items.append(try DicomElements(bytes, range, element.encoding, depth: 1))
            }
            number += 1
        }
        return items
    }
}

// MARK: - Headers of elements

extension DicomElements {
    private static let undefined = 0xFFFF_FFFF

    /// Value representations with a length of four bytes.
    private static let long: Set<UInt16> = Set(
        ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"].map(code))
    private static let words = code("OW")
    private static let unknown = code("UN")

    private static func code(_ name: String) -> UInt16 {
        name.utf8.reduce(0) { $0 << 8 | UInt16($1) }
    }

    private static func tag(
        _ bytes: UnsafeRawBufferPointer, _ offset: Int, _ encoding: DicomEncoding
    ) -> DicomTag {
        DicomTag(
            UInt32(bytes.short(offset, big: encoding.isBig)),
            UInt32(bytes.short(offset + 2, big: encoding.isBig)))
    }

    /// The element at an offset and where the next one starts. There are 8 bytes at least.
    private static func element(
        _ bytes: UnsafeRawBufferPointer, _ offset: Int, _ limit: Int, _ encoding: DicomEncoding,
        _ depth: Int
    ) throws(ImageError) -> (element: Element, next: Int) {
        let tag = tag(bytes, offset, encoding)
        var inner = encoding
        var start = offset + 8
        var length = bytes.long(offset + 4, big: encoding.isBig)
        var isWords = false
        let code = bytes.short(offset + 4, big: true)
        // Some writers mix: an element whose representation is no two letters has none.
        if encoding.isExplicit, tag.group != 0xFFFE, isLetters(code) {
            isWords = code == words
            if long.contains(code) {
                guard limit - offset >= 12 else { throw promises(tag, offset, 12, limit - offset) }
                length = bytes.long(offset + 8, big: encoding.isBig)
                start = offset + 12
            } else {
                length = Int(bytes.short(offset + 6, big: encoding.isBig))
            }
            // What was unknown when it was written is implicit inside.
            if code == unknown, length == undefined { inner = .littleImplicit }
        }
        guard length != undefined else {
            let end = try visitItems(bytes, start..<limit, inner, depth: depth + 1) { _ in }
            let element = Element(
                tag: tag, range: start..<end.content, hasLength: false, isWords: false,
                isCut: end.isCut, encoding: inner)
            return (element, end.next)
        }
        let isCut = length > limit - start
        // Pixel data that is cut off is told later, with the picture's size.
        guard !isCut || tag == .pixels else { throw promises(tag, offset, length, limit - start) }
        let end = isCut ? limit : start + length
        let element = Element(
            tag: tag, range: start..<end, hasLength: true, isWords: isWords, isCut: isCut,
            encoding: inner)
        return (element, end)
    }

    private static func isLetters(_ code: UInt16) -> Bool {
        (0x41...0x5A).contains(code >> 8) && (0x41...0x5A).contains(code & 0xFF)
    }

    private static func promises(
        _ tag: DicomTag, _ offset: Int, _ length: Int, _ left: Int
    ) -> ImageError {
        .dicom(
            detail: "truncated DICOM: \(tag) at byte \(offset) has \(length) bytes, "
                + "\(max(left, 0)) are left; copy the file again or leave it out")
    }

    /// Calls `visit` with the content of every item in a range; ends at the sequence's end.
    @discardableResult
    fileprivate static func visitItems(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ encoding: DicomEncoding, depth: Int,
        visit: (Range<Int>) throws(ImageError) -> Void
    ) throws(ImageError) -> (content: Int, next: Int, isCut: Bool) {
        var place = range.lowerBound
        while range.upperBound - place >= 8 {
            let tag = tag(bytes, place, encoding)
            let length = bytes.long(place + 4, big: encoding.isBig)
            let start = place + 8
            if tag == .sequenceEnd { return (place, start, false) }
            guard tag == .item else {
                throw .dicom(
                    detail: "broken DICOM: \(tag) at byte \(place) where an item of a sequence "
                        + "should begin; copy the file again or leave it out")
            }
            if length == undefined {
                let item = try DicomElements(
                    bytes, start..<range.upperBound, encoding, depth: depth)
                try visit(start..<item.end)
                place = item.end
            } else {
                // The last fragment of a picture may be cut off; the codec knows better.
                let end = min(start + length, range.upperBound)
                try visit(start..<end)
                place = end
            }
        }
        return (place, range.upperBound, true)
    }

    /// The content of the fragments of encapsulated pixel data; the first is the offset table.
    func fragments() throws(ImageError) -> [Range<Int>] {
        guard let element = elements[.pixels], !element.hasLength else { return [] }
        var fragments: [Range<Int>] = []
        try Self.visitItems(bytes, element.range, element.encoding, depth: 1) {
            fragments.append($0)
        }
        return fragments
    }
}

// MARK: - Values

extension DicomElements {
    /// A text without padding, nil when absent or empty.
    func text(_ tag: DicomTag) -> String? {
        guard let value = value(tag) else { return nil }
        let padding: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0 }
        let kept = value.drop(while: padding).reversed().drop(while: padding).reversed()
        let text = String(decoding: Array(kept), as: UTF8.self)
        return text.isEmpty ? nil : text
    }

    /// The numbers of a decimal or integer string.
    func decimals(_ tag: DicomTag) -> [Double] {
        guard let text = text(tag) else { return [] }
        return text.split(separator: "\\").map {
            Double($0.drop { $0 == " " }.prefix { $0 != " " }) ?? .nan
        }
    }

    /// A whole number of two bytes.
    func short(_ tag: DicomTag) -> Int? { shorts(tag).first }

    /// Whole numbers of two bytes, without sign.
    func shorts(_ tag: DicomTag) -> [Int] {
        guard let element = elements[tag] else { return [] }
        return stride(from: element.range.lowerBound, to: element.range.upperBound - 1, by: 2)
            .map { Int(bytes.short($0, big: element.encoding.isBig)) }
    }
}

extension UnsafeRawBufferPointer {
    /// Two bytes at an offset; there must be as many.
    func short(_ offset: Int, big: Bool) -> UInt16 {
        let value = loadUnaligned(fromByteOffset: offset, as: UInt16.self)
        return big ? UInt16(bigEndian: value) : UInt16(littleEndian: value)
    }

    /// Four bytes at an offset; there must be as many.
    func long(_ offset: Int, big: Bool) -> Int {
        let value = loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        return Int(big ? UInt32(bigEndian: value) : UInt32(littleEndian: value))
    }
}
