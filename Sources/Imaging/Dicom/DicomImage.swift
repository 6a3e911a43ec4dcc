internal import CCambiumDicom

/// What a DICOM file holds, without its pixels.
public struct DicomSummary: Sendable, Equatable {
    /// Pixels in a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// Pictures in the file.
    public let frames: Int
    /// How the pixels are written, for people.
    public let transferSyntax: String
    /// `MONOCHROME2`, `RGB`, ...
    public let photometric: String
    /// Bits of a sample that are used.
    public let bitsStored: Int
    /// The window or table that the file is meant to be seen with (its first frame's), or nil.
    public let view: String?
    /// `CT`, `MR`, ..., or nil.
    public let modality: String?
}

/// DICOM files: their elements are read here, without copying and with every length checked;
/// compressed pixel data goes through OpenJPEG, CharLS and libjpeg-turbo, and JPEG of more than 8
/// bits through `DeepJPEG`.
///
/// GDCM was tried and given up: its reader makes room for an element's length before it looks
/// whether the file is that long (190 bytes took 3.5 GB), and Debian's build ends the program at a
/// failed assertion in its JPEG decoder when a codestream is damaged.
public enum DicomImage {
    /// The versions of the libraries that decode.
    public static var libraries: [String: String] {
        [
            "charls": String(cString: cdicom_charls_version()),
            "libjpeg_turbo": CodecVersions.jpeg,
            "openjpeg": String(cString: cdicom_openjpeg_version()),
        ]
    }

    /// Whether bytes look like DICOM: by `DICM` after the preamble, or by their first element.
    public static func recognizes(_ bytes: UnsafeRawBufferPointer) -> Bool {
        DicomFile.recognizes(bytes)
    }

    /// What a file holds.
    /// - Throws: ``ImageError`` when it has no picture that can be read.
    public static func summary(
        _ bytes: UnsafeRawBufferPointer, limits: ImageLimits = .init()
    ) throws(ImageError) -> DicomSummary {
        try DicomFile.with(bytes) { (file) throws(ImageError) in
            let header = try DicomFrames(file, limits).header
            let intensity = try DicomIntensity(
                file.elements, frame: 0, isSigned: header.isSigned)
            return DicomSummary(
                width: header.width, height: header.height, frames: header.frames,
                transferSyntax: file.syntax.name, photometric: header.photometric.rawValue,
                bitsStored: header.bitsStored, view: intensity.view?.description,
                modality: file.elements.text(.modality))
        }
    }

    /// One of the attributes that tell patients and examinations apart, nil when absent or empty.
    /// - Throws: ``ImageError`` when the file is no complete data set.
    public static func identifier(
        _ identifier: DicomIdentifier, in bytes: UnsafeRawBufferPointer
    ) throws(ImageError) -> String? {
        try DicomFile.with(bytes) { $0.elements.text(identifier.tag) }
    }

    /// The stored values of a frame, counted from 0, before any scaling: `[height, width,
    /// samples]`.
    package static func storedValues(
        _ bytes: UnsafeRawBufferPointer, frame: Int, limits: ImageLimits = .init()
    ) throws(ImageError) -> [Int] {
        try DicomFile.with(bytes) { (file) throws(ImageError) in
            let samples = try DicomFrames(file, limits).samples(frame)
            return (0..<samples.pixels).flatMap { pixel in
                (0..<samples.samples).map { samples.value(pixel, $0) }
            }
        }
    }

    /// One frame as a picture.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, frame: Int?, _ recipe: IntensityRecipe,
        _ limits: ImageLimits
    ) throws(ImageError) -> DecodedImage {
        try DicomFile.with(bytes) { (file) throws(ImageError) in
            let frames = try DicomFrames(file, limits)
            guard frame != nil || frames.header.frames == 1 else {
                throw .dicom(
                    detail: "a DICOM of \(frames.header.frames) frames, which make as many images; "
                        + "give it as a file, or save its frames one by one")
            }
            let index = frame ?? 0
            let picture = DicomPicture(
                file.elements, frames.header, try frames.samples(index), frame: index)
            let (image, warning) = try picture.image(recipe)
            return DecodedImage(image: image, format: .dicom, warning: warning)
        }
    }
}
