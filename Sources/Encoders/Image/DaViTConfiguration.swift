/// The shape of a DaViT image encoder, as MedImageInsight's `IMAGE_ENCODER.SPEC` states it.
/// Each list has one value a stage.
public struct DaViTConfiguration: Sendable, Equatable {
    /// Channels.
    public var widths: [Int] = [256, 512, 1024, 2048]
    /// Pairs of a spatial and a channel block.
    public var depths: [Int] = [1, 1, 9, 1]
    /// Heads of window attention.
    public var heads: [Int] = [8, 16, 32, 64]
    /// Groups of channel attention.
    public var groups: [Int] = [8, 16, 32, 64]
    /// Kernel of the patch embedding.
    public var patchSize: [Int] = [7, 3, 3, 3]
    /// Stride of the patch embedding.
    public var patchStride: [Int] = [4, 2, 2, 2]
    /// Padding of the patch embedding.
    public var patchPadding: [Int] = [3, 1, 1, 1]
    /// Whether the norm comes before the patch embedding's convolution.
    public var patchPrenorm: [Bool] = [false, true, true, true]
    /// Side of an attention window, in tokens.
    public var window = 12
    /// Stochastic depth of the last block; it rises from 0 over all blocks.
    public var dropPathRate = 0.2
    /// Hidden width of the feed-forward part over the block's width.
    public var mlpRatio = 4

    /// Whether training keeps a block's input alone and runs the block again for its gradients:
    /// less memory for a second forward pass (Chen et al., "Training Deep Nets with Sublinear Memory
    /// Cost", 2016).
    public var checkpoints = false

    /// MedImageInsight's own sizes.
    public init() {}

    /// Output channels.
    public var outputWidth: Int { widths.last ?? 0 }

    /// The most channels that a tower may have. With the limits below, the sizes of its tensors and
    /// their sum are numbers that a computer has.
    static let mostChannels = 1 << 16
    /// The most blocks that are built one after the other.
    static let mostBlocks = 1000

    /// What is wrong with it, in one sentence, or nil.
    var problem: String? {
        let counts = [depths, heads, groups, patchSize, patchStride, patchPadding].map(\.count)
        if widths.isEmpty || counts.contains(where: { $0 != widths.count })
            || patchPrenorm.count != widths.count
        {
            return "DIM_EMBED, DEPTHS, NUM_HEADS, NUM_GROUPS and PATCH_* need one value a stage"
        }
        let limits = [
            ("DIM_EMBED, NUM_HEADS and NUM_GROUPS", widths + heads + groups, Self.mostChannels),
            ("DEPTHS", depths, Self.mostBlocks), ("WINDOW_SIZE", [window], 1 << 14),
            ("PATCH_* and MLP_RATIO", patchSize + patchStride + patchPadding + [mlpRatio], 1024),
        ]
        for (keys, sizes, most) in limits where sizes.contains(where: { $0 > most }) {
            return "\(keys) must be at most \(most)"
        }
        for stage in widths.indices {
            if min(widths[stage], heads[stage], groups[stage], patchSize[stage]) < 1
                || patchStride[stage] < 1 || depths[stage] < 0 || patchPadding[stage] < 0
            {
                return "stage \(stage) has a size below 1"
            }
            if widths[stage] % heads[stage] != 0 || widths[stage] % groups[stage] != 0 {
                return "stage \(stage): \(widths[stage]) channels are no multiple of "
                    + "\(heads[stage]) heads and \(groups[stage]) groups"
            }
        }
        return min(window, mlpRatio) < 1 ? "WINDOW_SIZE and MLP_RATIO must be at least 1" : nil
    }
}
