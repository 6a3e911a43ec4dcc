/// Token ids with the mask of those that count, row-major [texts, contextLength].
public struct TokenBatch: Sendable, Equatable {
    /// Ids, padded to the context length.
    public let ids: [Int]
    /// 1 where a token takes part, 0 where it is padding.
    public let mask: [Int]
    /// Tokens a text takes.
    public let contextLength: Int

    /// A batch; both arrays hold a multiple of `contextLength`.
    public init(ids: [Int], mask: [Int], contextLength: Int) {
        (self.ids, self.mask, self.contextLength) = (ids, mask, contextLength)
    }

    /// Number of texts.
    public var count: Int { contextLength > 0 ? ids.count / contextLength : 0 }

    /// The position of the first largest id of each text: the end-of-text token.
    var ends: [Int] {
        (0..<count).map { row in
            let ids = ids[row * contextLength..<(row + 1) * contextLength]
            let end = ids.indices.max { ids[$0] == ids[$1] ? $0 > $1 : ids[$0] < ids[$1] }
            return (end ?? 0) - row * contextLength
        }
    }
}

extension TokenBatch {
    /// Some of the texts.
    subscript(rows: Range<Int>) -> TokenBatch {
        let part = rows.lowerBound * contextLength..<rows.upperBound * contextLength
        return TokenBatch(
            ids: Array(ids[part]), mask: Array(mask[part]), contextLength: contextLength)
    }
}
