public import CambiumFiles

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

/// How the pictures of one batch are mixed; what is left of each, `shares`, is what its targets
/// are mixed with (`Training/ContrastiveLoss`).
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

    /// The pictures that some rows need: themselves, then those partners that are not among them.
    public func needed(by own: Range<Int>) -> [Int] {
        Array(own)
            + own.filter { parts[$0].share < 1 }.map { parts.count - 1 - $0 }
            .filter { !own.contains($0) }
    }

    /// Mixes the pictures of a batch, or some rows' part of it. Each picture is
    /// [channels, height, width].
    /// - Parameters:
    ///   - pixels: the pictures that ``needed(by:)`` names.
    ///   - own: the rows that are wanted; nil is the whole batch.
    /// - Returns: the pictures of `own`.
    /// - Precondition: there are as many pictures as are needed.
    public func mixed(
        _ pixels: [Float], rows own: Range<Int>? = nil, width: Int, height: Int
    ) -> [Float] {
        let own = own ?? 0..<parts.count
        let needed = needed(by: own)
        let size = pixels.count / max(1, needed.count)
        precondition(size % (width * height) == 0, "a batch is whole pictures")
        var result = Array(pixels[..<(own.count * size)])
        guard own.contains(where: { parts[$0].share < 1 }) else { return result }
        let places = Dictionary(uniqueKeysWithValues: needed.enumerated().map { ($1, $0) })
        for row in own where parts[row].share < 1 {
            let start = (row - own.lowerBound) * size
            let other = (places[parts.count - 1 - row] ?? 0) * size
            guard let box = parts[row].box else {
                let (own, rest) = (Float(parts[row].share), Float(1 - parts[row].share))
                for place in 0..<size {
                    result[start + place] =
                        pixels[start + place] * own + pixels[other + place] * rest
                }
                continue
            }
            for plane in stride(from: 0, to: size, by: width * height) {
                for line in box.top..<(box.top + box.height) {
                    let first = plane + line * width + box.left
                    for place in first..<(first + box.width) {
                        result[start + place] = pixels[other + place]
                    }
                }
            }
        }
        return result
    }
}
