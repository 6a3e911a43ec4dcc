/// Arguments that cannot be used; the program ends with exit status 2 instead of 1.
struct UsageError: Error, CustomStringConvertible {
    /// The sentence shown to the user.
    let description: String

    init(_ description: String) { self.description = description }
}
