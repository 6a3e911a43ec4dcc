internal import CambiumFiles

/// The formats of files that hold pictures; JPEG and PNG are written too.
///
/// The cases stand in the order in which a file is asked whether it is one. What is known of a
/// format stands in one file of its own, which `reader` names.
public enum ImageFormat: String, Sendable, Equatable, CaseIterable {
    /// JPEG (ISO 10918), read and written through libjpeg-turbo.
    case jpeg = "JPEG"
    /// PNG, read and written through libpng.
    case png = "PNG"
    /// DICOM, read.
    case dicom = "DICOM"
    /// NIfTI: volumes, whose slices are the pictures.
    case nifti = "NIfTI"

    /// How its files are known, decoded and taken apart.
    var reader: any FormatReader {
        switch self {
        case .jpeg: JPEGFormat()
        case .png: PNGFormat()
        case .dicom: DicomFormat()
        case .nifti: NiftiFormat()
        }
    }

    /// What names of its files end in, without the dot.
    package var fileExtension: String { reader.fileExtension }

    /// Whether a file is no picture by itself, only its parts are.
    package var isVolume: Bool { self == .nifti }

    /// The formats of single pictures, as sentences name them: `JPEG, PNG or DICOM`.
    package static func pictures(_ conjunction: String) -> String {
        let names = allCases.filter { !$0.isVolume }.map(\.rawValue)
        return names.dropLast().joined(separator: ", ") + " \(conjunction) "
            + names.suffix(1).joined()
    }

    /// The format that a file's first bytes claim; damage further on is found in decoding.
    package static func claimed(by bytes: UnsafeRawBufferPointer) -> ImageFormat? {
        allCases.first { $0.reader.claims(bytes) }
    }

    /// The format that a file's first bytes claim; damage further on is found in decoding.
    package static func claimed(by bytes: [UInt8]) -> ImageFormat? {
        bytes.withUnsafeBytes { claimed(by: $0) }
    }

    /// The pictures of a file of several, such as frames and slices; nil for a file that is one
    /// picture, or none. What is wrong with a file is said when it is decoded.
    package static func parts(of path: String, _ request: PartsRequest) -> [PicturePart]? {
        guard let file = try? MappedFile(path) else { return nil }
        return file.withBytes { bytes in
            allCases.first { $0.reader.recognizes(bytes) }?.reader.parts(of: path, bytes, request)
        }
    }
}

/// One format: how its files are known, decoded and taken apart.
protocol FormatReader: Sendable {
    /// What names of its files end in, without the dot.
    var fileExtension: String { get }

    /// Whether a file is of this format, by its content.
    func recognizes(_ bytes: UnsafeRawBufferPointer) -> Bool

    /// Whether a file's first bytes claim to be of this format, which may be less.
    func claims(_ bytes: UnsafeRawBufferPointer) -> Bool

    /// A file's picture.
    /// - Parameter frame: which one, counted from 0; nil where the file has but one.
    func decode(
        _ bytes: UnsafeRawBufferPointer, _ reading: ImageReading, frame: Int?,
        _ limits: ImageLimits
    ) throws(ImageError) -> DecodedImage

    /// The pictures of a file of several; nil for a file of one.
    func parts(
        of path: String, _ bytes: UnsafeRawBufferPointer, _ request: PartsRequest
    ) -> [PicturePart]?
}

extension FormatReader {
    func claims(_ bytes: UnsafeRawBufferPointer) -> Bool { recognizes(bytes) }

    func parts(
        of path: String, _ bytes: UnsafeRawBufferPointer, _ request: PartsRequest
    ) -> [PicturePart]? { nil }
}
