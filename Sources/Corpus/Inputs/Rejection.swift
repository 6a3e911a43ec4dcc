/// An input that is not in the data set.
struct Rejection: Sendable, Equatable {
    let path: String
    let reason: String
    /// Whether it should have been an image, so that `--on-error fail` stops at it.
    var isFailure = false
}
