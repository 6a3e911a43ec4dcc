/// Arguments that cannot be used, where the work itself has not begun; the program ends with
/// exit status 2 instead of 1.
public struct UsageError: Error, CustomStringConvertible {
    /// The sentence shown to the user.
    public let description: String

    /// An error with its sentence: what, where, what to do.
    public init(_ description: String) { self.description = description }
}
