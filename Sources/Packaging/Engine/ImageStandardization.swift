public import CambiumEncoders
public import CambiumImaging

/// What Microsoft's endpoint does to every picture before the model sees it: resize without
/// keeping the aspect, compress as JPEG, decode. Its parameters are
/// `image_standardization_image_size` and `image_standardization_jpeg_compression_ratio`.
///
/// A bundle does it only where it is asked to: its own recipe is that of its training data.
public struct ImageStandardization: Sendable, Equatable {
    /// Pixels a side; Microsoft's default is 512.
    public let size: Int
    /// JPEG quality on libjpeg's scale; Microsoft's default is 75.
    public let quality: Int

    /// A standardisation.
    /// - Throws: `ImageError` for a size or a quality that makes no sense.
    public init(size: Int = 512, quality: Int = 75) throws(ImageError) {
        guard (1...4096).contains(size) else {
            throw .setting(
                name: "image_standardization_image_size", detail: "\(size) is not in 1...4096")
        }
        guard (1...100).contains(quality) else {
            throw .setting(
                name: "image_standardization_jpeg_compression_ratio",
                detail: "\(quality) is not in 1...100")
        }
        (self.size, self.quality) = (size, quality)
    }

    /// The picture as the endpoint's model would be given it.
    public func callAsFunction(_ image: RGBImage) throws(ImageError) -> RGBImage {
        try ImageDecoder.decode(
            JPEGEncoder.encode(image.resized(width: size, height: size), quality: quality)
        ).image
    }
}

extension ImagePreparation {
    /// The pixels of an encoded image as the model takes them, [3, height, width].
    /// - Parameters:
    ///   - standardization: what is done to the picture first, nil for nothing.
    ///   - limits: how large a picture may be.
    /// - Throws: `ImageError` for bytes that are no complete picture.
    public func pixels(
        _ bytes: [UInt8], standardization: ImageStandardization? = nil,
        limits: ImageLimits = .init()
    ) throws(ImageError) -> [Float] {
        try pixels(image(bytes, limits: limits), standardization: standardization)
    }

    /// The pixels of a picture as the model takes them, [3, height, width].
    public func pixels(
        _ image: RGBImage, standardization: ImageStandardization?
    ) throws(ImageError) -> [Float] {
        pixels(try standardization?(image) ?? image)
    }
}
