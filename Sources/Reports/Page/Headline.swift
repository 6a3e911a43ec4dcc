internal import CambiumEvaluation

/// The columns that every method is compared by.
enum Headline: CaseIterable {
    case macroF1, microF1, accuracy, balancedAccuracy, mcc, mauc

    var title: String {
        switch self {
        case .macroF1: "Macro F1"
        case .microF1: "Micro F1"
        case .accuracy: "Accuracy"
        case .balancedAccuracy: "Balanced accuracy"
        case .mcc: "MCC"
        case .mauc: "mAUC"
        }
    }

    /// Its name among the intervals.
    var key: String {
        switch self {
        case .macroF1: "macro_f1"
        case .microF1: "micro_f1"
        case .mcc: "mcc"
        case .mauc: "mauc"
        case .accuracy: "accuracy"
        case .balancedAccuracy: "balanced_accuracy"
        }
    }

    func value(_ metrics: ClassificationMetrics) -> Double? {
        switch self {
        case .macroF1: metrics.macro.f1
        case .microF1: metrics.micro.f1
        case .mcc: metrics.mcc
        case .mauc: metrics.mauc
        case .accuracy: metrics.accuracy
        case .balancedAccuracy: metrics.balancedAccuracy
        }
    }

    func interval(_ metrics: ClassificationMetrics) -> Interval? {
        metrics.intervals?.values[key]
    }
}
