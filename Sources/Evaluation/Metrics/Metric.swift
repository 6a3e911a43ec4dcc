public import CambiumFiles

/// A number about all rows of an evaluation: what it is called, where `metrics.json` holds it and
/// which tables have a column for it.
///
/// A new metric is one entry of ``all`` and its computation: it is then measured, in
/// `metrics.json`, in the intervals, in comparisons and subgroups, on pages and in summaries, and
/// training can track it.
public struct Metric: Sendable {
    /// The name among the intervals, in comparisons and of `--track`.
    public let key: String
    /// The head of its column.
    public let title: String
    /// The names of the members that lead to it in `metrics.json`.
    public let path: [String]
    /// Whether more is better.
    public let isHigherBetter: Bool
    /// The values that it can have.
    package let range: ClosedRange<Double>
    /// Which rows it is defined for.
    public let scope: Scope
    /// Where it stands; the tables of its scope, at their ends, where an entry says nothing.
    package let places: [Table: Place]
    /// How it follows from the counts of the classes; nil where a source of its own measures it.
    let computation: (@Sendable (ClassCounts) -> Double)?

    /// Rows that a metric is defined for.
    public enum Scope: Sendable {
        /// Rows with one class each.
        case single
        /// Rows with any number of classes.
        case several
        /// Both.
        case all

        /// Whether rows with several labels, or those with one, are meant.
        package func includes(several: Bool) -> Bool {
            switch self {
            case .single: !several
            case .several: several
            case .all: true
            }
        }
    }

    /// A place that shows some of the metrics.
    public enum Table: Sendable, CaseIterable {
        /// `cambium compare`.
        case comparison
        /// The page's table of paired differences.
        case differences
        /// Subgroups of rows.
        case subgroups
        /// What methods are compared by: page, terminal, Markdown, CSV.
        case headline
        /// The same for rows with several labels.
        case severalHeadline
        /// The summary of one evaluation of rows with several labels.
        case severalSummary
        /// The numbers beside the headline in a method's section of a page.
        case section
        /// The same for rows with several labels.
        case severalSection
        /// A bundle's model card.
        case modelCard
        /// What `cambium inspect` says about an evaluation.
        case inspection
        /// What training can track.
        case training
        /// What the training of heads can track.
        case heads

        /// Whether metrics of such a scope can stand in it.
        func takes(_ scope: Scope) -> Bool {
            switch self {
            case .comparison, .differences, .subgroups: true
            case .severalHeadline, .severalSummary, .severalSection: scope.includes(several: true)
            case .headline, .section, .modelCard, .inspection, .training, .heads:
                scope.includes(several: false)
            }
        }
    }

    /// The place of a column among the others, and its head where that is not the title.
    package struct Place: Sendable, ExpressibleByIntegerLiteral {
        package let order: Int
        package let title: String?

        package init(_ order: Int, _ title: String?) { (self.order, self.title) = (order, title) }

        package init(integerLiteral order: Int) { self.init(order, nil) }

        package static let last: Place = 1_000
    }

    /// - Parameters:
    ///   - path: members of `metrics.json` that lead to it; a member of its name where nil.
    ///   - range: the values that it can have.
    ///   - places: the tables that show it; nil for all of its scope.
    ///   - computation: how it follows from the counts of the classes.
    package init(
        _ key: String, _ title: String, _ scope: Scope, path: [String]? = nil,
        range: ClosedRange<Double> = 0...1, isHigherBetter: Bool = true,
        places: [Table: Place]? = nil,
        computation: (@Sendable (ClassCounts) -> Double)? = nil
    ) {
        (self.key, self.title, self.scope) = (key, title, scope)
        (self.path, self.isHigherBetter) = (path ?? [key], isHigherBetter)
        self.range = range
        self.places =
            places
            ?? Dictionary(
                uniqueKeysWithValues: Table.allCases.filter { $0.takes(scope) }.map { ($0, .last) })
        self.computation = computation
    }
}

extension Metric {
    /// A column of a table.
    public struct Column: Sendable {
        /// What stands in it.
        public let metric: Metric
        /// Its head.
        public let title: String
    }

    /// The columns of a table, in their order.
    public static func columns(_ table: Table) -> [Column] {
        let placed = all.enumerated().compactMap { index, metric in
            metric.places[table].map { (metric: metric, place: $0, index: index) }
        }
        return placed.sorted { ($0.place.order, $0.index) < ($1.place.order, $1.index) }
            .map { Column(metric: $0.metric, title: $0.place.title ?? $0.metric.title) }
    }

    /// The keys of a table's columns, in their order.
    public static func keys(_ table: Table) -> [String] { columns(table).map(\.metric.key) }

    /// The metrics of a kind of rows.
    static func list(several: Bool) -> [Metric] {
        all.filter { $0.scope.includes(several: several) }
    }

    /// The metrics of a kind of rows that follow from the counts of the classes.
    static func counted(
        several: Bool
    ) -> [(key: String, computation: @Sendable (ClassCounts) -> Double)] {
        list(several: several).compactMap { metric in
            metric.computation.map { (metric.key, $0) }
        }
    }

    /// What a result's `metrics.json` holds of it, null where it is undefined; nil where it was
    /// not measured.
    public func member(of json: JSON) -> JSON? { path.reduce(Optional(json)) { $0?[$1] } }

    /// Its value in a result's `metrics.json`; nil where it is undefined or was not measured.
    public func value(in json: JSON) -> Double? { member(of: json)?.number }

    /// Adds what is measured and has no place of its own to the members of `metrics.json`.
    static func complete(
        _ members: inout [String: JSON], with values: [String: Double], several: Bool
    ) {
        for metric in list(several: several) where metric.path == [metric.key] {
            guard members[metric.key] == nil else { continue }
            members[metric.key] = .finite(values[metric.key])
        }
    }

    /// The values of a result's `metrics.json` by key; undefined ones are left out.
    /// - Throws: ``EvaluationError`` for a value that the metric cannot have.
    static func values(
        in fields: MetricsFields, several: Bool
    ) throws(EvaluationError) -> [String: Double] {
        var values: [String: Double] = [:]
        for metric in list(several: several) {
            guard let name = metric.path.last, let member = metric.member(of: fields.json) else {
                continue
            }
            var place = fields
            for step in metric.path.dropLast() { place = try place.member(step) }
            guard member != .null else { continue }
            values[metric.key] = try place.number(name, in: metric.range)
        }
        return values
    }
}
