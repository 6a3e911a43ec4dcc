public import CambiumImaging

/// From an image file's bytes to the numbers that a model takes. It holds no tensor, so that any
/// thread may use it while another one computes.
public struct ImagePreparation: Sendable {
    private let transform: ImageTransform
    /// How files become pixels.
    public let reading: ImageReading
    /// Height of a prepared picture.
    public var height: Int { transform.height }
    /// Width of a prepared picture.
    public var width: Int { transform.width }
    /// Numbers of a prepared picture.
    public var count: Int { 3 * height * width }

    /// A preparation by a model's recipe.
    public init(_ recipe: Preprocessing) throws(ImageError) {
        reading = recipe.reading ?? .init()
        transform = try recipe.transform()
    }

    /// The picture that a file's bytes hold.
    /// - Throws: `ImageError` for bytes that are no complete picture within `limits`.
    public func image(
        _ bytes: [UInt8], limits: ImageLimits = .init()
    ) throws(ImageError) -> RGBImage {
        try ImageDecoder.decode(bytes, reading: reading, limits: limits).image
    }

    /// The pixels of a picture as the model takes them, [3, height, width].
    public func pixels(_ image: RGBImage) -> [Float] { transform.evaluation(image) }
}
