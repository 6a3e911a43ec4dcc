/// An input that is not in the data set.
struct Rejection: Sendable, Equatable {
    let path: String
    let reason: String
}
