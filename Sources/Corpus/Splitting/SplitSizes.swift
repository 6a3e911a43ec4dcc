/// The shares of training, validation and test images; they add up to 1, or to less where some
/// images shall be left out.
public struct SplitRatios: Sendable, Equatable {
    /// The share of each split.
    public let train: Double
    /// The share of the validation images.
    public let validation: Double
    /// The share of the test images.
    public let test: Double

    /// The Microsoft samples' 60/20/20.
    public static let standard = SplitRatios(0.6, 0.2, 0.2)

    init(_ train: Double, _ validation: Double, _ test: Double) {
        (self.train, self.validation, self.test) = (train, validation, test)
    }

    /// Reads `0.6,0.2,0.2`: train, validation, test. A share may be 0.
    public init(parsing text: String) throws(CorpusError) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            .map { Double($0.drop { $0 == " " }) ?? .nan }
        guard parts.count == 3, parts.allSatisfy({ $0 >= 0 && $0 <= 1 }),
            abs(parts.reduce(0, +) - 1) < 1e-6
        else {
            throw .argument(
                "split \(text): must be three shares that add up to 1, such as 0.6,0.2,0.2, or "
                    + "three numbers of images, keep, column:NAME or list:FILE")
        }
        self.init(parts[0], parts[1], parts[2])
    }

    /// The share of a split.
    public subscript(_ split: SplitName) -> Double {
        switch split {
        case .train: train
        case .validation: validation
        case .test: test
        }
    }
}

/// How many training, validation and test images there shall be.
public struct SplitCounts: Sendable, Equatable {
    /// Training images.
    public let train: Int
    /// Validation images.
    public let validation: Int
    /// Test images.
    public let test: Int

    /// All images that are drawn.
    public var total: Int { train + validation + test }

    private static let most = 1_000_000_000_000

    /// Reads `100,20,20`; nil when these are no whole numbers, or shares such as `1,0,0`.
    init?(parsing text: String) throws(CorpusError) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            .map { Int($0.drop { $0 == " " }) }
        let numbers = parts.compactMap { $0 }
        guard numbers.count == parts.count, numbers.contains(where: { $0 > 1 }) else { return nil }
        guard numbers.count == 3, numbers.allSatisfy({ (0...Self.most).contains($0) }) else {
            throw .argument(
                "split \(text): must be three numbers of images (train, validation, test), "
                    + "such as 100,20,20")
        }
        (train, validation, test) = (numbers[0], numbers[1], numbers[2])
    }

    /// The number of a split.
    public subscript(_ split: SplitName) -> Int {
        switch split {
        case .train: train
        case .validation: validation
        case .test: test
        }
    }

    /// The numbers as shares of a data set.
    package func ratios(of count: Int) -> SplitRatios {
        let all = Double(max(count, 1))
        return SplitRatios(Double(train) / all, Double(validation) / all, Double(test) / all)
    }
}
