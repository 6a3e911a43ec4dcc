public import CambiumAdapters

/// What trains on frozen embeddings: a kind of head, or one of two ways to a linear one.
public enum HeadChoice: Sendable, Hashable, RawRepresentable, CaseIterable {
    /// A head that is trained by steps, or keeps the training rows.
    case kind(HeadConfiguration.Kind)
    /// Logistic regression.
    case logistic
    /// The nearest mean of a class's embeddings.
    case prototype

    /// Heads without class texts first.
    public static let allCases: [HeadChoice] = {
        let kinds = HeadConfiguration.Kind.allCases
        return kinds.filter(\.knowsLabels).map(HeadChoice.kind) + [.logistic, .prototype]
            + kinds.filter { !$0.knowsLabels }.map(HeadChoice.kind)
    }()

    /// The choice with a name.
    public init?(rawValue: String) {
        guard let choice = Self.allCases.first(where: { $0.rawValue == rawValue }) else {
            return nil
        }
        self = choice
    }

    /// The name.
    public var rawValue: String {
        switch self {
        case .kind(let kind): kind.rawValue
        case .logistic: "logistic"
        case .prototype: "prototype"
        }
    }

    /// Whether it can be trained on rows with any number of classes.
    public var knowsLabels: Bool {
        switch self {
        case .kind(let kind): kind.knowsLabels
        case .logistic: true
        case .prototype: false
        }
    }

    /// The kind of a head that is trained by steps, nil of one that is not.
    var steps: HeadConfiguration.Kind? {
        guard case .kind(let kind) = self, kind.isTrained else { return nil }
        return kind
    }
}
