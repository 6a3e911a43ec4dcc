/// Rows to train or judge a head on.
public struct HeadRows: Sendable {
    /// Embeddings, row-major [rows, width].
    public let embeddings: [Float]
    /// What each row should be.
    public let targets: HeadTargets
    /// Number of rows.
    public let count: Int

    /// Rows with the column of the true class, a row each.
    public init(embeddings: [Float], classes: [Int]) {
        (self.embeddings, targets, count) = (embeddings, .classes(classes), classes.count)
    }

    /// Rows with 0 or 1 for every class, row-major.
    public init(embeddings: [Float], labels: [Float], count: Int) {
        (self.embeddings, targets, self.count) = (embeddings, .labels(labels), count)
    }

    private init(_ embeddings: [Float], _ targets: HeadTargets, _ count: Int) {
        (self.embeddings, self.targets, self.count) = (embeddings, targets, count)
    }

    /// The columns of the true classes; none where rows have any number of them.
    public var classes: [Int] {
        if case .classes(let classes) = targets { classes } else { [] }
    }

    /// Values a row.
    public var width: Int { embeddings.count / max(1, count) }

    /// A number a row that rows with the same targets have in common: the column of the true class,
    /// or the number of its set of classes in the order of appearance.
    public var strata: [Int] {
        guard case .labels(let all) = targets else { return classes }
        let classes = all.count / max(1, count)
        var numbers: [[Float]: Int] = [:]
        return (0..<count).map { row in
            let set = Array(all[row * classes..<(row + 1) * classes])
            let number = numbers[set] ?? numbers.count
            numbers[set] = number
            return number
        }
    }

    /// Some of the rows, in the order of `indices`.
    public func rows(_ indices: [Int]) -> HeadRows {
        var part: [Float] = []
        part.reserveCapacity(indices.count * width)
        for index in indices { part += embeddings[index * width..<(index + 1) * width] }
        switch targets {
        case .classes: return HeadRows(part, targets.rows(indices, classes: 1), indices.count)
        case .labels(let all):
            let classes = all.count / max(1, count)
            return HeadRows(part, targets.rows(indices, classes: classes), indices.count)
        }
    }

    /// Whether every row has length 1, to the precision of half-precision numbers.
    public var areNormalized: Bool {
        (0..<count).allSatisfy { row in
            var square = 0.0
            for index in row * width..<(row + 1) * width {
                square += Double(embeddings[index]) * Double(embeddings[index])
            }
            return abs(square - 1) < 5e-3
        }
    }
}
