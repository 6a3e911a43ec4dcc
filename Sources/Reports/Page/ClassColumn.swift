internal import CambiumEvaluation

/// A number of a class as a column of tables, by its name in files.
enum ClassColumn: String {
    case threshold, precision, recall, f1, auc
    case averagePrecision = "average_precision"
    case sensitivity, specificity

    typealias Entry = (metrics: ClassMetrics, threshold: Double?)

    /// Its head on a page.
    var title: String {
        switch self {
        case .threshold: "Threshold"
        case .precision: "Precision"
        case .recall: "Recall"
        case .f1: "F1"
        case .auc: "AUC"
        case .averagePrecision: "AP"
        case .sensitivity: "Sensitivity"
        case .specificity: "Specificity"
        }
    }

    func value(_ entry: Entry) -> Double? {
        let metrics = entry.metrics
        return switch self {
        case .threshold: entry.threshold
        case .precision: metrics.rates.precision
        case .recall: metrics.rates.recall
        case .f1: metrics.rates.f1
        case .auc: metrics.auc
        case .averagePrecision: metrics.averagePrecision
        case .sensitivity: metrics.sensitivity
        case .specificity: metrics.specificity
        }
    }

    /// The columns of a page; recall stands for sensitivity.
    static func page(_ metrics: LabelledMetrics) -> [ClassColumn] {
        guard !metrics.isSeveral else { return several.filter { $0 != .sensitivity } }
        let isRanked = metrics.perClass.contains { $0.metrics.averagePrecision != nil }
        return [.precision, .recall, .f1, .auc] + (isRanked ? [.averagePrecision] : [])
            + [.specificity]
    }

    /// The columns of an evaluation's `per_class.csv`.
    static func file(_ metrics: LabelledMetrics) -> [ClassColumn] {
        metrics.isSeveral ? several : single
    }

    /// The columns of a report's `per_class.csv`.
    static func report(isSeveral: Bool) -> [ClassColumn] {
        isSeveral ? several.filter { $0 != .sensitivity } : single
    }

    private static let single: [ClassColumn] = [
        .precision, .recall, .f1, .auc, .sensitivity, .specificity,
    ]
    private static let several: [ClassColumn] = [
        .threshold, .precision, .recall, .f1, .auc, .averagePrecision, .sensitivity, .specificity,
    ]

    /// The heads of a class's ``line(_:_:)``.
    static func heading(_ columns: [ClassColumn]) -> String {
        "class_id,class_name,support,\(columns.map(\.rawValue).joined(separator: ","))"
    }

    /// A class's numbers, comma-separated; empty where undefined.
    static func line(_ entry: Entry, _ columns: [ClassColumn]) -> String {
        let values = columns.map { $0.value(entry).map { "\($0)" } ?? "" }
        let label = entry.metrics.label
        return "\(label.id),\(ReportText.csv(label.name)),\(entry.metrics.support),"
            + values.joined(separator: ",")
    }
}
