/// The picture's own attributes (PS3.3, C.7.6.3), checked against each other.
struct DicomHeader {
    enum Photometric: String {
        case monochrome1 = "MONOCHROME1"
        case monochrome2 = "MONOCHROME2"
        case palette = "PALETTE COLOR"
        case rgb = "RGB"
        case ybrFull = "YBR_FULL"
        case ybrFull422 = "YBR_FULL_422"
        case ybrICT = "YBR_ICT"
        case ybrRCT = "YBR_RCT"

        var samples: Int {
            switch self {
            case .monochrome1, .monochrome2, .palette: 1
            default: 3
            }
        }
    }

    let width: Int
    let height: Int
    let frames: Int
    let photometric: Photometric
    /// Bits of a sample's place: 1, 8, 16 or 32.
    let bitsAllocated: Int
    /// Bits of it that are used.
    let bitsStored: Int
    let highBit: Int
    let isSigned: Bool
    /// Whether the colours stand in planes, one after the other.
    let isPlanar: Bool

    var samples: Int { photometric.samples }

    /// Reads and checks the attributes; nothing of the pixels is touched.
    /// - Throws: ``ImageError``: no pixel data, attributes that contradict each other, or a
    ///   picture beyond `limits`.
    init(_ elements: DicomElements, _ limits: ImageLimits) throws(ImageError) {
        try Self.requirePixels(elements)
        func number(_ tag: DicomTag, _ name: String) throws(ImageError) -> Int {
            guard let value = elements.short(tag) else { throw Self.bad("\(name) is missing") }
            return value
        }
        width = try number(.columns, "Columns")
        height = try number(.rows, "Rows")
        guard width > 0, height > 0 else { throw Self.bad("\(height) rows, \(width) columns") }
        try limits.check(width: width, height: height)
        photometric = try Self.photometric(elements)
        let samples = elements.short(.samples) ?? photometric.samples
        guard samples == photometric.samples else {
            throw Self.bad("\(samples) samples a pixel for \(photometric.rawValue)")
        }
        bitsAllocated = try number(.bitsAllocated, "BitsAllocated")
        bitsStored = elements.short(.bitsStored) ?? bitsAllocated
        highBit = elements.short(.highBit) ?? bitsStored - 1
        guard [1, 8, 16, 32].contains(bitsAllocated), (1...bitsAllocated).contains(bitsStored),
            (bitsStored - 1..<bitsAllocated).contains(highBit),
            bitsAllocated > 1 || samples == 1
        else {
            throw Self.bad(
                "\(bitsStored) bits stored below bit \(highBit) of \(bitsAllocated) allocated")
        }
        isSigned = elements.short(.isSigned) == 1
        isPlanar = samples == 3 && elements.short(.planar) == 1
        frames = try Self.frames(elements)
    }

    private static func requirePixels(_ elements: DicomElements) throws(ImageError) {
        if elements.elements[.pixels] != nil { return }
        if elements.elements[.floatPixels] != nil || elements.elements[.doublePixels] != nil {
            throw .dicom(
                detail: "a DICOM with floating point pixel data, which is not read; "
                    + "convert it to whole numbers")
        }
        let kind = elements.text(.modality).map { "modality \($0.oneWord)" }
        throw .dicom(
            detail: "a DICOM file without pixel data (\(kind ?? "no modality")); leave it out")
    }

    private static func photometric(
        _ elements: DicomElements
    ) throws(ImageError) -> Photometric {
        let name = elements.text(.photometric) ?? "none"
        guard let photometric = Photometric(rawValue: name) else {
            throw .dicom(
                detail: "a DICOM of photometric interpretation \(name.oneWord), which is not "
                    + "read; convert it to MONOCHROME2 or RGB")
        }
        return photometric
    }

    private static func frames(_ elements: DicomElements) throws(ImageError) -> Int {
        guard let text = elements.text(.frames) else { return 1 }
        guard let frames = Int(text), (0...1 << 24).contains(frames) else {
            throw bad("NumberOfFrames is \(text.oneWord)")
        }
        return max(frames, 1)
    }

    private static func bad(_ what: String) -> ImageError {
        .dicom(detail: "broken DICOM: \(what); copy the file again or leave it out")
    }
}
