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
    /// An alignment's steps, and the difference beyond which it is given up after them.
    static let hopeless: [(steps: Int, limit: Float)] = [(1, 0.02), (2, 0.01), (5, 0.01)]
    /// What a first look must not exceed: as the pictures stand, and once moved a little.
    static let alike: Float = 0.02
    static let movable: Float = 0.012
    /// How many times larger the difference must be as the pictures stand.
    static let movableGain: Float = 2.5
    /// Levels that may have been cut off at white.
    static let nearWhite: Float = 235
}

/// A picture ready to be compared with many.
public struct ComparedThumbnail: Sendable {
    private let thumbnail: GreyThumbnail
    /// The picture softened and at half the thumbnail's size, for a first look.
    let half: ThumbnailPlane
    /// Whether there is anything to compare: not all black, white or grey.
    public let hasStructure: Bool

    /// Prepares a thumbnail.
    public init(_ thumbnail: GreyThumbnail) {
        self.thumbnail = thumbnail
        half = ThumbnailPlane(softHalfOf: thumbnail)
        hasStructure = half.variance > 4
    }

    private var plane: ThumbnailPlane { ThumbnailPlane(thumbnail) }
    var soft: ThumbnailPlane { plane.softened }

    /// Whether the pictures are alike enough as they stand for a closer look.
    public func isLike(_ other: ComparedThumbnail) -> Bool {
        half.difference(from: other.half).map { $0 < ThumbnailMatch.alike } ?? false
    }

    /// The match of two pictures without a crop; where light was cut off at white, the rest alone
    /// may decide.
    public func copy(of other: ComparedThumbnail) -> ThumbnailMatch? {
        let (plane, others) = (plane, other.plane)
        let all = plane.difference(from: others)
        let unclipped = plane.difference(from: others) {
            max($0, $1) < ThumbnailMatch.nearWhite
        }
        guard let difference = [all, unclipped].compactMap(\.self).min(),
            difference <= ThumbnailMatch.copyLimit
        else { return nil }
        return ThumbnailMatch(change: .none, difference: max(difference, 0))
    }

    /// The match of a picture that may be cut out of `whole`.
    /// - Parameter cut: which of ``PerceptualHash/withCrops(_:)`` is nearest.
    public func crop(of whole: ComparedThumbnail, near cut: Int) -> ThumbnailMatch? {
        let (soft, softWhole) = (soft, whole.soft)
        var alignment = CropAlignment(part: soft, whole: softWhole, from: CropPlacement(cut: cut))
        for (steps, limit) in ThumbnailMatch.hopeless {
            alignment.improve(steps: steps)
            guard let reached = alignment.difference, reached < limit else { return nil }
        }
        let seen = whole.plane.part(alignment.placement, .cubic).softened
        guard let difference = soft.difference(from: seen, border: 1),
            let before = soft.difference(from: softWhole, border: 1),
            difference <= ThumbnailMatch.cropLimit,
            before >= ThumbnailMatch.cropGain * difference
        else { return nil }
        return ThumbnailMatch(change: .crop, difference: max(difference, 0))
    }
}
