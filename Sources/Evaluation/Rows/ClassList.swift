internal import CambiumFiles

/// Every class that an evaluation knows, in the order of the score columns.
public struct ClassList: Sendable, Equatable {
    /// The classes; position = column.
    public let labels: [ClassLabel]
    private let columns: [Int: Int]

    /// Number of classes.
    public var count: Int { labels.count }

    /// Classes in the given order.
    /// - Throws: ``EvaluationError`` when an id stands twice.
    public init(_ labels: [ClassLabel]) throws(EvaluationError) {
        var columns: [Int: Int] = [:]
        for (column, label) in labels.enumerated() {
            guard columns.updateValue(column, forKey: label.id) == nil else {
                throw .value(
                    place: "class \(label.id) (\(label.name))", reason: "stands twice in the list")
            }
        }
        self.labels = labels
        self.columns = columns
    }

    /// The classes that occur in tables, by rising id.
    /// - Throws: ``EvaluationError`` when one id has two names.
    public init(occurringIn tables: [ClassLabel?]...) throws(EvaluationError) {
        var names: [Int: String] = [:]
        for case let label? in tables.joined() {
            if let known = names.updateValue(label.name, forKey: label.id), known != label.name {
                throw .value(
                    place: "class \(label.id)",
                    reason: "is called \"\(known)\" in one place and \"\(label.name)\" in another; "
                        + "the tables come from different data sets")
            }
        }
        try self.init(
            names.map { ClassLabel(id: $0.key, name: $0.value) }.sorted { $0.id < $1.id })
    }

    /// The lines of `unique_texts.txt`: line n is class `firstID + n - 1`.
    public init(file path: String, firstID: Int = 1) throws {
        var lines = try FileSystem.readText(path)
            .split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard !lines.isEmpty else { throw EvaluationError.noRows(path) }
        try self.init(
            lines.enumerated().map { ClassLabel(id: firstID + $0.offset, name: String($0.element)) }
        )
    }

    /// The column of a class id.
    public func column(of id: Int) -> Int? { columns[id] }
}
