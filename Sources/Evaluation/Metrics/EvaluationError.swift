/// What keeps an evaluation from giving a number, worded for the person who has to act.
public enum EvaluationError: Error, Equatable, CustomStringConvertible {
    /// There is nothing to evaluate.
    case noRows(String)
    /// Two things that belong together differ in size.
    case shape(place: String, expected: String, got: String)
    /// A value that no metric is defined for, and where it stands.
    case value(place: String, reason: String)
    /// The output folder holds something already.
    case occupied(path: String)

    /// The sentence shown to the user.
    public var description: String {
        switch self {
        case .noRows(let place):
            "\(place): no rows to evaluate; at least one expected"
        case .shape(let place, let expected, let got):
            "\(place): \(expected) expected, got \(got)"
        case .value(let place, let reason):
            "\(place): \(reason)"
        case .occupied(let path):
            "\(path): exists and is not empty; choose another folder or remove it"
        }
    }
}
