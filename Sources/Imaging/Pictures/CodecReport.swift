import CCambiumImage

/// What the C side reports, in Swift's words.
extension cimage_report {
    /// The library's own sentence.
    var sentence: String { Self.text(of: message) }

    /// The library's warning, or nil.
    var noticed: String? { has_warning == 0 ? nil : Self.text(of: warning) }

    /// The error for a picture that could not be decoded.
    func error(_ format: ImageFormat, _ info: cimage_info) -> ImageError {
        switch status {
        case CIMAGE_TRUNCATED:
            .truncated(format: format, detail: sentence, row: Int(row), offset: Int(offset))
        case CIMAGE_UNSUPPORTED:
            .unsupported(format: format, detail: sentence)
        case CIMAGE_NO_MEMORY:
            .outOfMemory(detail: "\(info.width) x \(info.height) pixels")
        default:
            .broken(format: format, detail: sentence, row: Int(row), offset: Int(offset))
        }
    }

    private static func text<Characters>(of characters: Characters) -> String {
        withUnsafeBytes(of: characters) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
