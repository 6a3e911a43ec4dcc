/// The columns that every method is compared by.
enum Headline: CaseIterable {
    case macroF1, microF1, mcc, mauc, accuracy

    var title: String {
        switch self {
        case .macroF1: "Macro F1"
        case .microF1: "Micro F1"
        case .mcc: "MCC"
        case .mauc: "mAUC"
        case .accuracy: "Accuracy"
        }
    }

    /// Its name among the intervals.
    private var key: String {
        switch self {
        case .macroF1: "macro_f1"
        case .microF1: "micro_f1"
        case .mcc: "mcc"
        case .mauc: "mauc"
        case .accuracy: "accuracy"
        }
    }

    func value(_ metrics: ClassificationMetrics) -> Double? {
        switch self {
        case .macroF1: metrics.macro.f1
        case .microF1: metrics.micro.f1
        case .mcc: metrics.mcc
        case .mauc: metrics.mauc
        case .accuracy: metrics.accuracy
        }
    }

    func interval(_ metrics: ClassificationMetrics) -> Interval? {
        metrics.intervals?.values[key]
    }
}
