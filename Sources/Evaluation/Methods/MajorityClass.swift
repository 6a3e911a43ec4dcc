/// The line that every classifier must beat: the shares of the training classes for every row,
/// so that the most frequent class is always predicted.
public enum MajorityClass {
    /// Scores `[rows, classes]` from the columns of the training classes.
    /// - Throws: ``EvaluationError`` without training rows or for a class that is none.
    public static func scores(
        train: [Int], classCount: Int, rows: Int
    ) throws(EvaluationError) -> [Double] {
        guard !train.isEmpty else { throw .noRows("training labels") }
        var counts = [Double](repeating: 0, count: classCount)
        for (row, column) in train.enumerated() {
            guard counts.indices.contains(column) else {
                throw .value(
                    place: "training labels, row \(row + 1)",
                    reason: "class column \(column); 0 to \(classCount - 1) expected")
            }
            counts[column] += 1
        }
        let shares = counts.map { $0 / Double(train.count) }
        return (0..<rows).flatMap { _ in shares }
    }
}
