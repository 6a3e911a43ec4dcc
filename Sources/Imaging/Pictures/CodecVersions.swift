import CCambiumImage

/// The versions of the libraries that read and write pictures here.
public enum CodecVersions {
    /// libjpeg-turbo's, the one this was built with (the library does not tell its own).
    public static var jpeg: String {
        let number = Int(cimage_jpeg_version())
        return "\(number / 1_000_000).\(number / 1000 % 1000).\(number % 1000)"
    }

    /// libpng's.
    public static var png: String { String(cString: cimage_png_version()) }

    /// zlib's.
    public static var zlib: String { String(cString: cimage_zlib_version()) }
}
