public import CambiumImaging
import Foundation

/// Decoded pictures kept between epochs, up to a number of bytes. What does not fit is decoded
/// again each time; results do not depend on it.
public final class ImageCache: @unchecked Sendable {
    // @unchecked: every access to `images` and `used` holds the lock.
    private let lock = NSLock()
    private let budget: Int
    private var used = 0
    private var images: [Int: RGBImage] = [:]

    /// A cache of at most `budget` bytes of pixels.
    public init(budget: Int = 2 << 30) { self.budget = budget }

    /// The picture of a row, from the cache or made by `decode`.
    public func image<Failure: Error>(
        _ row: Int, decode: () throws(Failure) -> RGBImage
    ) throws(Failure) -> RGBImage {
        if let image = lock.withLock({ images[row] }) { return image }
        let image = try decode()
        lock.withLock {
            guard images[row] == nil, used + image.pixels.count <= budget else { return }
            used += image.pixels.count
            images[row] = image
        }
        return image
    }
}
