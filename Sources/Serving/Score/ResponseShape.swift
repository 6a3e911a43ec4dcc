/// The forms of an answer.
public enum ResponseShape: String, Sendable, CaseIterable {
    /// One object of lists, as the endpoint's document says.
    case object
    /// A list with an object a row, as the cloud's own client code reads.
    case rows
    /// A list with a list of labels and scores a row, as Microsoft's packaged classifiers answer.
    case predictions
}
