/// How a file's pixel data is written.
enum DicomSyntax: Equatable {
    case native(DicomEncoding)
    case deflated
    case rle
    case jpeg
    case jpegLS
    case jpeg2000

    /// By the unique identifier in the file's meta information.
    /// - Throws: ``ImageError/dicom(detail:)`` with the name of one that is not read here.
    init(_ identifier: String) throws(ImageError) {
        switch identifier {
        case "1.2.840.10008.1.2": self = .native(.littleImplicit)
        case "1.2.840.10008.1.2.1": self = .native(.littleExplicit)
        case "1.2.840.10008.1.2.2": self = .native(.init(isExplicit: true, isBig: true))
        case "1.2.840.10008.1.2.1.99": self = .deflated
        case "1.2.840.10008.1.2.5": self = .rle
        default: self = try Self.compressed(identifier)
        }
    }

    private static let prefix = "1.2.840.10008.1.2.4."

    private static func compressed(_ identifier: String) throws(ImageError) -> DicomSyntax {
        let number = identifier.hasPrefix(prefix) ? Int(identifier.dropFirst(prefix.count)) : nil
        switch number {
        case 50, 51, 53, 55, 57, 70: return .jpeg
        case 80, 81: return .jpegLS
        case 90, 91: return .jpeg2000
        case .some(100...112):
            throw .dicom(detail: "a DICOM video (MPEG); extract its frames as images first")
        default:
            throw .dicom(
                detail: "a DICOM of transfer syntax \(identifier.oneWord), which is not read; "
                    + "convert it to JPEG 2000 or leave it uncompressed")
        }
    }

    /// How the elements are written; compressed ones are always little-endian and explicit.
    var encoding: DicomEncoding {
        if case .native(let encoding) = self { encoding } else { .littleExplicit }
    }

    /// The name for people.
    var name: String {
        switch self {
        case .native(let encoding):
            "\(encoding.isExplicit ? "explicit" : "implicit") VR, "
                + "\(encoding.isBig ? "big" : "little")-endian"
        case .deflated: "deflated"
        case .rle: "RLE"
        case .jpeg: "JPEG"
        case .jpegLS: "JPEG-LS"
        case .jpeg2000: "JPEG 2000"
        }
    }
}

extension String {
    /// Printable and short, for a sentence.
    var oneWord: String {
        String(
            unicodeScalars.prefix(64).map { (0x20...0x7E).contains($0.value) ? Character($0) : "?" }
        )
    }
}
