/// The attributes that are read here, group and element as one number.
struct DicomTag: Hashable, CustomStringConvertible {
    let number: UInt32

    init(_ group: UInt32, _ element: UInt32) { number = group << 16 | element }

    var group: UInt32 { number >> 16 }

    /// As the standard writes it.
    var description: String {
        let digits = String(number, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: 8 - digits.count) + digits
        return "(\(padded.prefix(4)),\(padded.suffix(4)))"
    }

    static let transferSyntax = DicomTag(0x0002, 0x0010)
    static let modality = DicomTag(0x0008, 0x0060)
    static let samples = DicomTag(0x0028, 0x0002)
    static let photometric = DicomTag(0x0028, 0x0004)
    static let planar = DicomTag(0x0028, 0x0006)
    static let frames = DicomTag(0x0028, 0x0008)
    static let rows = DicomTag(0x0028, 0x0010)
    static let columns = DicomTag(0x0028, 0x0011)
    static let bitsAllocated = DicomTag(0x0028, 0x0100)
    static let bitsStored = DicomTag(0x0028, 0x0101)
    static let highBit = DicomTag(0x0028, 0x0102)
    static let isSigned = DicomTag(0x0028, 0x0103)
    static let padding = DicomTag(0x0028, 0x0120)
    static let paddingLimit = DicomTag(0x0028, 0x0121)
    static let windowCenter = DicomTag(0x0028, 0x1050)
    static let windowWidth = DicomTag(0x0028, 0x1051)
    static let intercept = DicomTag(0x0028, 0x1052)
    static let slope = DicomTag(0x0028, 0x1053)
    static let windowFunction = DicomTag(0x0028, 0x1056)
    static let paletteDescriptors = (1...3).map { DicomTag(0x0028, 0x1100 + $0) }
    static let palettes = (1...3).map { DicomTag(0x0028, 0x1200 + $0) }
    static let segmentedPalettes = (1...3).map { DicomTag(0x0028, 0x1220 + $0) }
    static let modalityTables = DicomTag(0x0028, 0x3000)
    static let tableDescriptor = DicomTag(0x0028, 0x3002)
    static let tableData = DicomTag(0x0028, 0x3006)
    static let voiTables = DicomTag(0x0028, 0x3010)
    static let voiGroup = DicomTag(0x0028, 0x9132)
    static let rescaleGroup = DicomTag(0x0028, 0x9145)
    static let sharedGroups = DicomTag(0x5200, 0x9229)
    static let frameGroups = DicomTag(0x5200, 0x9230)
    static let floatPixels = DicomTag(0x7FE0, 0x0008)
    static let doublePixels = DicomTag(0x7FE0, 0x0009)
    static let pixels = DicomTag(0x7FE0, 0x0010)
    static let item = DicomTag(0xFFFE, 0xE000)
    static let itemEnd = DicomTag(0xFFFE, 0xE00D)
    static let sequenceEnd = DicomTag(0xFFFE, 0xE0DD)
}

/// An attribute by which images of one patient or examination can be told.
public enum DicomIdentifier: String, Sendable, CaseIterable {
    /// Who was examined.
    case patientID = "PatientID"
    /// The patient's name.
    case patientName = "PatientName"
    /// The examination.
    case studyInstanceUID = "StudyInstanceUID"
    /// One acquisition of it.
    case seriesInstanceUID = "SeriesInstanceUID"
    /// The number that the information system gave the examination.
    case accessionNumber = "AccessionNumber"
    /// The hospital.
    case institutionName = "InstitutionName"
    /// The scanner, as the hospital calls it.
    case stationName = "StationName"
    /// The scanner's serial number.
    case deviceSerialNumber = "DeviceSerialNumber"
    /// The scanner's maker.
    case manufacturer = "Manufacturer"

    var tag: DicomTag {
        switch self {
        case .patientID: DicomTag(0x0010, 0x0020)
        case .patientName: DicomTag(0x0010, 0x0010)
        case .studyInstanceUID: DicomTag(0x0020, 0x000D)
        case .seriesInstanceUID: DicomTag(0x0020, 0x000E)
        case .accessionNumber: DicomTag(0x0008, 0x0050)
        case .institutionName: DicomTag(0x0008, 0x0080)
        case .stationName: DicomTag(0x0008, 0x1010)
        case .deviceSerialNumber: DicomTag(0x0018, 0x1000)
        case .manufacturer: DicomTag(0x0008, 0x0070)
        }
    }
}
