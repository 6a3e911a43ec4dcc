public import Imaging

/// The cloud endpoint's own way with an image before the model's: resize to a square, JPEG, decode.
/// It loses a little of every picture; who compares with embeddings that the cloud made needs it.
public struct Standardization: Sendable, Equatable {
    /// Pixels a side.
    public let size: Int
    /// JPEG quality.
    public let quality: Int

    /// The cloud's defaults.
    public static let cloud = Standardization(512, 75)

    private init(_ size: Int, _ quality: Int) { (self.size, self.quality) = (size, quality) }

    /// A square of 1 to 2048 pixels and a quality of 1 to 100; nil for others.
    public init?(size: Int, quality: Int) {
        guard (1...2048).contains(size), (1...100).contains(quality) else { return nil }
        (self.size, self.quality) = (size, quality)
    }

    /// `SIZE,QUALITY`, as in `512,75`.
    public init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map {
            Int($0)
        }
        guard parts.count == 2, let size = parts[0], let quality = parts[1] else { return nil }
        self.init(size: size, quality: quality)
    }

    /// Pillow's bicubic resize and JPEG, as MedImageInsight's published classifier has them.
    public func applied(to image: RGBImage) throws(ImageError) -> RGBImage {
        let square = image.resized(width: size, height: size)
        return try ImageDecoder.decode(JPEGEncoder.encode(square, quality: quality)).image
    }
}
