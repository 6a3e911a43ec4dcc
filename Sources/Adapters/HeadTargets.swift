/// What a row should be.
public enum HeadTargets: Sendable {
    /// The column of its one class, a row each.
    case classes([Int])
    /// 0 or 1 for every class, row-major [rows, classes].
    case labels([Float])

    /// Those of some rows, in the order of `indices`.
    public func rows(_ indices: [Int], classes: Int) -> HeadTargets {
        switch self {
        case .classes(let all): .classes(indices.map { all[$0] })
        case .labels(let all):
            .labels(indices.flatMap { all[$0 * classes..<($0 + 1) * classes] })
        }
    }
}
