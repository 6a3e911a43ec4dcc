/// What can be wrong with a picture or a volume: what, where and what to do.
///
/// The sentences do not name the file; the caller, who knows it, puts its path in front.
public enum ImageError: Error, Equatable, CustomStringConvertible {
    /// There are no bytes.
    case empty
    /// No picture of a known format: what the bytes look like instead.
    case unrecognized(looksLike: String)
    /// The data ends before the picture does: finished rows and the byte where it stopped.
    case truncated(format: ImageFormat, detail: String, row: Int, offset: Int)
    /// The bytes contradict the format.
    case broken(format: ImageFormat, detail: String, row: Int, offset: Int)
    /// A valid picture of a kind that is not read here.
    case unsupported(format: ImageFormat, detail: String)
    /// More pixels than the limits allow; nothing was allocated.
    case tooManyPixels(width: Int, height: Int, limit: Int)
    /// More bytes than the limits allow.
    case tooManyBytes(count: Int, limit: Int)
    /// The memory for a picture could not be had.
    case outOfMemory(detail: String)
    /// A picture that cannot be written in this format.
    case notEncodable(format: ImageFormat, detail: String)
    /// A NIfTI volume that cannot be read: the header field or byte, and what to do.
    case volume(detail: String)
    /// A DICOM file that cannot be read: what is wrong, and what to do.
    case dicom(detail: String)
    /// A setting of the preprocessing or augmentation that makes no sense.
    case setting(name: String, detail: String)
    /// The file itself cannot be read: the system's reason.
    case unreadable(detail: String)

    /// The sentence shown to the user, after the path.
    public var description: String {
        switch self {
        case .empty:
            "the file is empty; copy it again"
        case .unrecognized(let looksLike):
            "not a \(ImageFormat.pictures("or")) image (it looks like \(looksLike)); "
                + "convert it or leave it out"
        case .truncated(let format, let detail, let row, let offset):
            "truncated \(format.rawValue): \(detail) (byte \(offset), \(row) rows complete); "
                + "copy the file again or leave it out"
        case .broken(let format, let detail, let row, let offset):
            "broken \(format.rawValue): \(detail) (byte \(offset), \(row) rows complete); "
                + "copy the file again or leave it out"
        case .unsupported(let format, let detail):
            "a \(format.rawValue) of a kind that is not read: \(detail); "
                + "save it as 8-bit RGB or grey"
        case .tooManyPixels(let width, let height, let limit):
            "\(width) x \(height) pixels are more than the limit of \(limit); "
                + "scale the image down or leave it out"
        case .tooManyBytes(let count, let limit):
            "\(count) bytes are more than the limit of \(limit); leave the file out"
        case .outOfMemory(let detail):
            "not enough memory for \(detail); use fewer workers or a smaller image"
        case .notEncodable(let format, let detail):
            "cannot be written as \(format.rawValue): \(detail)"
        case .volume(let detail), .dicom(let detail):
            detail
        case .setting(let name, let detail):
            "\(name): \(detail)"
        case .unreadable(let detail):
            detail
        }
    }
}
