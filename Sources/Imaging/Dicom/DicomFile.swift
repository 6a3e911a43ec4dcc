internal import CCambiumDicom

/// A DICOM file's data set, found by its content: with the preamble and `DICM`, with the meta
/// information alone, or bare. Valid as long as the bytes it was opened on.
struct DicomFile {
    let elements: DicomElements
    let syntax: DicomSyntax

    /// What a deflated data set may grow to.
    private static let mostInflated = 1 << 28

    /// Opens the bytes of a file for the time of `body`.
    /// - Throws: ``ImageError/dicom(detail:)`` when they are no complete data set.
    static func with<Result>(
        _ bytes: UnsafeRawBufferPointer, _ body: (DicomFile) throws(ImageError) -> Result
    ) throws(ImageError) -> Result {
        let start = hasPreamble(bytes) ? 132 : 0
        let meta = try DicomElements(
            bytes, start..<bytes.count, .littleExplicit, onlyGroup: 2)
        let declared = try meta.text(.transferSyntax).map { (name) throws(ImageError) in
            try DicomSyntax(name)
        }
        if declared == .deflated {
            let part = UnsafeRawBufferPointer(rebasing: bytes[meta.end...])
            return try inflated(part) { (data) throws(ImageError) in
                let elements = try DicomElements(data, 0..<data.count, .littleExplicit)
                return try body(DicomFile(elements: elements, syntax: .deflated))
            }
        }
        let found = encoding(bytes, meta.end, declared)
        let syntax: DicomSyntax =
            switch declared {
            case nil, .native: .native(found)
            case .some(let compressed): compressed
            }
        let elements = try DicomElements(bytes, meta.end..<bytes.count, found)
        guard !elements.elements.isEmpty else {
            throw .dicom(detail: "a DICOM file without a data set; copy it again or leave it out")
        }
        return try body(DicomFile(elements: elements, syntax: syntax))
    }

    private static func hasPreamble(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 132 && bytes[128..<132].elementsEqual("DICM".utf8)
    }

    /// Whether bytes look like DICOM: `DICM` after the preamble, or a first element of group 2
    /// or 8, in any encoding.
    static func recognizes(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if hasPreamble(bytes) { return true }
        guard bytes.count >= 16 else { return false }
        let isBig = bytes[0] == 0
        let (group, element) = (bytes.short(0, big: isBig), bytes.short(2, big: isBig))
        guard group == 2 || group == 8, element <= 0x0100 else { return false }
        if hasLetters(bytes, 4) { return true }
        return !isBig && bytes.long(4, big: false) <= min(bytes.count, 1 << 12)
    }

    private static func hasLetters(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Bool {
        (0x41...0x5A).contains(bytes[offset]) && (0x41...0x5A).contains(bytes[offset + 1])
    }

    /// What the first element shows; the declared one where that decides nothing. Files that
    /// declare the one and write the other exist.
    private static func encoding(
        _ bytes: UnsafeRawBufferPointer, _ offset: Int, _ declared: DicomSyntax?
    ) -> DicomEncoding {
        let said = declared?.encoding
        guard bytes.count - offset >= 8 else { return said ?? .littleExplicit }
        let isExplicit = hasLetters(bytes, offset + 4)
        let little = bytes.short(offset, big: false)
        let isBig = said?.isBig ?? (little != 0 && little & 0xFF == 0)
        return DicomEncoding(isExplicit: isExplicit, isBig: isBig)
    }

    private static func inflated<Result>(
        _ bytes: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) throws(ImageError) -> Result
    ) throws(ImageError) -> Result {
        guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
            throw .dicom(detail: "truncated DICOM: nothing after the meta information")
        }
        // Deflate expands at most 1032 times.
        let capacity = min(bytes.count * 1032 + 64, mostInflated)
        let out = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
        defer { out.deallocate() }
        var filled = 0
        var message = [CChar](repeating: 0, count: Int(CDICOM_MESSAGE_SIZE))
        let status = cdicom_inflate(
            start, bytes.count, out.baseAddress?.assumingMemoryBound(to: UInt8.self), capacity,
            &filled, &message)
        guard status == CDICOM_OK else {
            throw .dicom(
                detail: status == CDICOM_TOO_LARGE
                    ? "a deflated DICOM of more than \(capacity) bytes; leave it out"
                    : "broken DICOM: deflated data, \(message.text); copy the file again or "
                        + "leave it out")
        }
        return try body(UnsafeRawBufferPointer(rebasing: out[..<filled]))
    }
}

extension [CChar] {
    /// A C text in a buffer.
    var text: String {
        String(decoding: prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
