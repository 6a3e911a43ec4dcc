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
