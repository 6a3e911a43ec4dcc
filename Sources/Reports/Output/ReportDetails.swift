internal import CambiumEvaluation
internal import CambiumFiles

/// What an evaluation measured beside its metrics, as a page shows it: thresholds chosen on other
/// rows, operating points, subgroups. Any of it may be absent from a `metrics.json`.
struct ReportDetails: Sendable, Decodable {
    /// Decisions of every class by a threshold of its own.
    struct Decisions: Sendable, Decodable {
        let criterion: String?
        let chosenOn: String?
        let macro: Rate?
        let micro: Rate?
        let weighted: Rate?
        let subsetAccuracy: Double?
        let intervals: Ranges?
        let perClass: [Entry]?

        /// Whether the thresholds were chosen on the rows that they are measured on.
        var isChosenOnTest: Bool { chosenOn == "test" }

        enum CodingKeys: String, CodingKey {
            case criterion, macro, micro, weighted, intervals
            case chosenOn = "chosen_on"
            case subsetAccuracy = "subset_accuracy"
            case perClass = "per_class"
        }
    }

    /// An average.
    struct Rate: Sendable, Decodable { let f1: Double? }

    /// A class at its threshold.
    struct Entry: Sendable, Decodable {
        let name: String?
        let threshold: Double?
        let sensitivity: Double?
        let specificity: Double?
        let precision: Double?
        let support: Int?
        let intervals: Ranges?

        enum CodingKeys: String, CodingKey {
            case threshold, sensitivity, specificity, precision, support, intervals
            case name = "class_name"
        }
    }

    /// The rows by the values of a column.
    struct Subgroups: Sendable, Decodable {
        struct Group: Sendable, Decodable {
            let value: String?
            let count: Int?
            let metrics: Values?
            let intervals: Ranges?
        }

        struct Gap: Sendable, Decodable {
            let metric: String?
            let gap: Double?
            let interval: JSON?
        }

        let column: String?
        let groups: [Group]?
        let gaps: [Gap]?
        let notes: [String]?
    }

    /// Numbers by metric; nil where a metric is undefined.
    typealias Values = [String: Double?]

    /// Intervals by metric, among members that say how they were made.
    struct Ranges: Sendable, Decodable {
        private let values: [String: Interval]

        init(from decoder: any Decoder) throws {
            values = try [String: JSON](from: decoder).compactMapValues(Interval.init(json:))
        }

        subscript(_ metric: String) -> Interval? { values[metric] }
    }

    private struct Protocols: Sendable, Decodable { let thresholds: [Decisions]? }

    private let warnings: [String]?
    private let isChosenOnTest: Bool?
    private let protocols: Protocols?
    private let points: [Decisions]?
    private let tables: [Subgroups]?

    private enum CodingKeys: String, CodingKey {
        case warnings, protocols
        case isChosenOnTest = "chosen_on_test"
        case points = "operating_points"
        case tables = "subgroups"
    }

    /// Reads the members of a `metrics.json`.
    /// - Throws: `EvaluationError` that names the member that is wrong.
    init(_ members: [String: JSON], place: String) throws(EvaluationError) {
        do { self = try JSON.decode(Self.self, from: .object(members)) } catch {
            throw .value(place: place, reason: error.description)
        }
    }

    /// Thresholds for the best of a measure, one a criterion.
    var thresholds: [Decisions] { protocols?.thresholds ?? [] }
    var operatingPoints: [Decisions] { points ?? [] }
    var subgroups: [Subgroups] { tables ?? [] }

    /// Cautions that the evaluation itself gave.
    var cautions: [String] { warnings ?? [] }

    /// What makes a result one that must not be published as it is, a sentence each.
    var alarms: [String] {
        guard isChosenOnTest == true, cautions.isEmpty else { return cautions }
        return ["Thresholds were chosen on the test rows: these numbers flatter."]
    }
}
