/// Whether two pictures show the same, from their thumbnails alone. The limits are measured
/// (docs/duplicates.md): neighbouring slices of an MRI volume lie beyond them, recompressed,
/// resized, brightened and slightly cropped copies do not.
public struct ThumbnailMatch: Sendable, Equatable {
    /// What differs besides brightness and contrast.
    public enum Change: String, Sendable {
        /// Nothing: another size, another compression.
        case none
        /// One is cut out of the other.
        case crop
    }
    /// What was changed.
    public let change: Change
    /// One minus the correlation of the levels, once brightness, contrast and crop are undone.
    public let difference: Float

    /// The largest difference of a copy that is not cropped.
    static let copyLimit: Float = 0.0025
    /// The largest difference of a cropped copy, softened before the comparison.
    static let cropLimit: Float = 0.002
    /// How many times larger the difference must be without undoing the crop: slices that are
    /// alike are so without any.
    static let cropGain: Float = 8
    /// Beyond this, a rough alignment is not refined.
    static let hopeless: Float = 0.03
    /// Levels that may have been cut off at white.
    static let nearWhite: Float = 235
}

/// A picture ready to be compared with many.
public struct ComparedThumbnail: Sendable {
    private let plane: ThumbnailPlane
    private let soft: ThumbnailPlane
    private let half: ThumbnailPlane

    /// Whether there is anything to compare: not all black, white or grey.
    public let hasStructure: Bool

    /// Prepares a thumbnail.
    public init(_ thumbnail: GreyThumbnail) {
        plane = ThumbnailPlane(thumbnail)
        (soft, half) = (plane.softened, plane.halved)
        hasStructure = plane.variance > 4
    }

    /// One minus the correlation as the pictures stand; where light was cut off at white, the
    /// rest alone may decide.
    public func difference(from other: ComparedThumbnail) -> Float? {
        let all = plane.difference(from: other.plane)
        let unclipped = plane.difference(from: other.plane) {
            max($0, $1) < ThumbnailMatch.nearWhite
        }
        return [all, unclipped].compactMap(\.self).min()
    }

    /// The match of two pictures without a crop.
    public func copy(of other: ComparedThumbnail) -> ThumbnailMatch? {
        guard let difference = difference(from: other), difference <= ThumbnailMatch.copyLimit
        else { return nil }
        return ThumbnailMatch(change: .none, difference: max(difference, 0))
    }

    /// The match of a picture that may be cut out of `whole`.
    public func crop(of whole: ComparedThumbnail) -> ThumbnailMatch? {
        var rough = CropAlignment(part: half, whole: whole.half)
        rough.improve(steps: 3)
        guard let first = rough.difference, first < ThumbnailMatch.hopeless else { return nil }
        rough.improve(steps: 3)
        var fine = CropAlignment(part: soft, whole: whole.soft, from: rough.placement)
        fine.improve(steps: 4)
        let seen = whole.plane.part(fine.placement, .cubic).softened
        guard let difference = soft.difference(from: seen, border: 1),
            let before = soft.difference(from: whole.soft, border: 1),
            difference <= ThumbnailMatch.cropLimit,
            before >= ThumbnailMatch.cropGain * difference
        else { return nil }
        return ThumbnailMatch(change: .crop, difference: max(difference, 0))
    }
}
