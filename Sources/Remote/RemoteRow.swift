/// What is to be embedded.
public enum RemoteKind: String, Sendable {
    case image, text
}

/// A row on its way to the endpoint.
public struct RemoteRow: Sendable {
    /// Its number.
    public let number: Int
    /// The encoded image (PNG or JPEG), or the text in UTF-8.
    public let content: [UInt8]

    /// A row.
    public init(number: Int, content: [UInt8]) { (self.number, self.content) = (number, content) }
}

/// What came back for a row.
public enum RowResult: Sendable, Equatable {
    case vector([Float])
    /// The row itself cannot be embedded, for this reason.
    case rejected(String)
}
