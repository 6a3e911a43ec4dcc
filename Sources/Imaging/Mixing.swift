public import Files

/// Pictures mixed within a batch: mixup (Zhang and others, 2018) and cutmix (Yun and others, 2019)
/// with the mathematics of timm's `Mixup`. Picture i is mixed with picture `count - 1 - i`.
public struct Mixing: Sendable, Equatable {
    /// What shares one draw.
    public enum Mode: String, Sendable, CaseIterable {
        /// All pictures.
        case batch
        /// The two pictures that are mixed with each other.
        case pair
        /// No two pictures.
        case elem
    }

    /// Probability that pictures are mixed at all.
    public var probability = 0.0
    /// Both parameters of mixup's beta distribution; 0 leaves mixup out.
    public var mixup = 0.8
    /// Both parameters of cutmix' beta distribution; 0 leaves cutmix out.
    public var cutmix = 1.0
    /// Sides of the pasted rectangle as parts of the picture's; replaces cutmix' distribution.
    public var sides: [Double]?
    /// Probability of cutmix where both are there.
    public var switchProbability = 0.5
    /// What shares one draw.
    public var mode = Mode.batch

    /// Mixes nothing until a probability is set.
    public init() {}

    /// What happens to each picture of a batch.
    public func plan(
        count: Int, width: Int, height: Int, using generator: inout SeededGenerator
    ) -> MixingPlan {
        let draws = mode == .batch ? 1 : mode == .pair ? (count + 1) / 2 : count
        let drawn = (0..<draws).map { _ in
            part(width: width, height: height, using: &generator)
        }
        return MixingPlan(
            (0..<count).map { index in
                switch mode {
                case .batch: drawn[0]
                case .pair: drawn[min(index, count - 1 - index)]
                case .elem: drawn[index]
                }
            })
    }

    private func part(
        width: Int, height: Int, using generator: inout SeededGenerator
    ) -> MixingPlan.Part {
        let hasCutmix = cutmix > 0 || sides != nil
        guard generator.chance(probability), mixup > 0 || hasCutmix else { return .whole }
        let cuts = hasCutmix && (mixup <= 0 || generator.chance(switchProbability))
        guard cuts else { return .init(share: generator.beta(mixup, mixup)) }
        if let sides {
            return .init(
                box: Self.box(sides, width: width, height: height, using: &generator),
                width: width, height: height)
        }
        let share = generator.beta(cutmix, cutmix)
        let center = (generator.index(below: width), generator.index(below: height))
        return .init(
            box: Self.box(keeping: share, center: center, width: width, height: height),
            width: width, height: height)
    }

    /// A rectangle about a place that covers `1 - share` of the picture where it lies inside.
    package static func box(
        keeping share: Double, center: (x: Int, y: Int), width: Int, height: Int
    ) -> PixelRectangle {
        let ratio = (1 - share).squareRoot()
        let (across, down) = (Int(Double(width) * ratio), Int(Double(height) * ratio))
        let (left, right) = (max(center.x - across / 2, 0), min(center.x + (across + 1) / 2, width))
        let (top, bottom) = (max(center.y - down / 2, 0), min(center.y + (down + 1) / 2, height))
        return PixelRectangle(left: left, top: top, width: right - left, height: bottom - top)
    }

    private static func box(
        _ sides: [Double], width: Int, height: Int, using generator: inout SeededGenerator
    ) -> PixelRectangle {
        func side(_ whole: Int) -> Int {
            let (least, most) = (Int(Double(whole) * sides[0]), Int(Double(whole) * sides[1]))
            return least + generator.index(below: max(most - least, 1))
        }
        let (h, w) = (side(height), side(width))
        let top = generator.index(below: height - h + 1)
        let left = generator.index(below: width - w + 1)
        return PixelRectangle(left: left, top: top, width: w, height: h)
    }
}

/// How the pictures of one batch are mixed. Both methods read what was there before the mixing.
public struct MixingPlan: Sendable, Equatable {
    /// What happens to one picture.
    package struct Part: Sendable, Equatable {
        /// What is left of the picture itself, 0 to 1; the rest is its partner's.
        package var share: Double
        /// Where the partner is pasted; nil blends everywhere.
        package var box: PixelRectangle?

        /// A blend; single precision, as timm keeps its lambdas.
        package init(share: Double) { self.share = Double(Float(share)) }

        /// A pasted rectangle; the share is what it leaves.
        package init(box: PixelRectangle, width: Int, height: Int) {
            self.box = box
            share = 1 - Double(box.width * box.height) / Double(width * height)
        }

        static let whole = Part(share: 1)
    }

    package let parts: [Part]

    package init(_ parts: [Part]) { self.parts = parts }

    /// What is left of each picture itself, 0 to 1: the weight of its own target.
    public var shares: [Double] { parts.map(\.share) }

    /// Mixes the pictures of a batch, `[count, channels, height, width]`.
    /// - Precondition: there are as many pictures as the plan was made for.
    public func mix(_ pixels: inout [Float], width: Int, height: Int) {
        guard parts.contains(where: { $0.share < 1 }), !parts.isEmpty else { return }
        let before = pixels
        let size = pixels.count / parts.count
        precondition(size % (width * height) == 0, "a batch is whole pictures")
        for (index, part) in parts.enumerated() where part.share < 1 {
            let (start, other) = (index * size, (parts.count - 1 - index) * size)
            guard let box = part.box else {
                let (own, rest) = (Float(part.share), Float(1 - part.share))
                for place in 0..<size {
                    pixels[start + place] =
                        before[start + place] * own + before[other + place] * rest
                }
                continue
            }
            for plane in stride(from: 0, to: size, by: width * height) {
                for row in box.top..<(box.top + box.height) {
                    let line = plane + row * width + box.left
                    for place in line..<(line + box.width) {
                        pixels[start + place] = before[other + place]
                    }
                }
            }
        }
    }

    /// Rows of a target matrix mixed as the pictures are: `share * row i + (1 - share) * row of its
    /// partner`. For a contrastive loss the rows are images and the columns texts, which stay as
    /// they are; the text-to-image side takes the transposed matrix, its rows normalised.
    /// - Precondition: there is a row for each picture.
    public func mixed(targets: [[Double]]) -> [[Double]] {
        precondition(targets.count == parts.count, "a row for each picture")
        return parts.enumerated().map { index, part in
            zip(targets[index], targets[parts.count - 1 - index]).map { own, other in
                own * part.share + other * (1 - part.share)
            }
        }
    }
}
