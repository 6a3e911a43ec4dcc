/// One class as a data set names it.
public struct ClassLabel: Sendable, Hashable {
    /// The number in the data set's files; counts from 1 unless the data set says otherwise.
    public let id: Int
    /// The class text.
    public let name: String

    /// A class.
    public init(id: Int, name: String) {
        self.id = id
        self.name = name
    }
}
