/// The parts a data set is divided into.
public enum SplitName: String, Sendable, CaseIterable {
    /// What is learned from.
    case train
    /// What choices are made on.
    case validation
    /// What is reported.
    case test
}
