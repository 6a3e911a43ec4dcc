extension Metric {
    /// Every metric; the numbers are the columns' places in their tables.
    public static let all: [Metric] = [
        Metric(
            "accuracy", "Accuracy", .single,
            places: [
                .comparison: 1, .differences: 2, .subgroups: 1, .headline: 3, .modelCard: 1,
                .inspection: 1, .training: 1, .heads: 1,
            ]
        ) { $0.accuracy },
        Metric(
            "balanced_accuracy", "Balanced accuracy", .single,
            places: [.comparison: 2, .subgroups: 2, .headline: 4, .modelCard: 2, .heads: 2]
        ) { $0.balancedAccuracy },
        Metric(
            "macro_f1", "Macro F1", .all, path: ["macro", "f1"],
            places: [
                .comparison: 3, .differences: 1, .headline: 1, .severalHeadline: 1,
                .severalSummary: 3, .modelCard: 3, .inspection: 2, .training: 2, .heads: 3,
            ]),
        Metric(
            "macro_present_f1", "Macro F1, present", .all, path: ["macro_present", "f1"],
            places: [.comparison: 4, .subgroups: 3, .section: Place(1, "macro F1, present")]),
        Metric(
            "micro_f1", "Micro F1", .all, path: ["micro", "f1"],
            places: [
                .comparison: 10, .subgroups: 4, .headline: 2, .severalHeadline: 2,
                .severalSummary: 4, .modelCard: 4,
            ]),
        Metric(
            "weighted_f1", "Weighted F1", .all, path: ["weighted", "f1"],
            places: [
                .comparison: 5, .subgroups: 5, .severalSummary: 5,
                .section: Place(2, "weighted F1"), .severalSection: Place(2, "weighted F1"),
            ]),
        Metric(
            "samples_f1", "Samples F1", .several, path: ["samples", "f1"],
            places: [.comparison: 11, .severalHeadline: 3, .severalSummary: 6]),
        Metric(
            "mcc", "MCC", .single, range: -1...1,
            places: [
                .comparison: 6, .differences: 4, .subgroups: 6, .headline: 5, .modelCard: 5,
                .inspection: 3, .training: 3, .heads: 4,
            ]
        ) { $0.mcc },
        Metric(
            "mauc", "mAUC", .all,
            places: [
                .comparison: 7, .differences: 5, .subgroups: 7, .headline: 6,
                .severalHeadline: 6, .severalSummary: 7, .modelCard: 6, .inspection: 4,
                .training: 4, .heads: 5,
            ]),
        Metric(
            "map", "mAP", .all,
            places: [
                .comparison: 8, .differences: 6, .subgroups: 8, .severalHeadline: 7,
                .severalSummary: 8,
            ]),
        Metric(
            "subset_accuracy", "All right", .several,
            places: [
                .comparison: 9, .differences: 3, .subgroups: 9, .severalHeadline: 4,
                .severalSummary: Place(1, "All classes right"),
            ]),
        Metric(
            "hamming_loss", "Hamming loss", .several, isHigherBetter: false,
            places: [
                .comparison: 14, .subgroups: 10, .severalHeadline: 5, .severalSummary: 2,
            ]),
        Metric(
            "micro_auc", "Pooled AUC", .all, path: ["areas", "micro_auc"],
            places: [
                .comparison: 12, .severalSummary: 9, .severalSection: Place(3, "pooled AUC"),
            ]),
        Metric(
            "micro_ap", "Pooled AP", .all, path: ["areas", "micro_ap"],
            places: [
                .comparison: 13, .severalSummary: 10, .severalSection: Place(4, "pooled AP"),
            ]),
        Metric(
            "ece", "ECE", .single, path: ["calibration", "ece"], isHigherBetter: false,
            places: [
                .comparison: 15, .subgroups: 11, .section: 3,
                .modelCard: Place(7, "Calibration error"),
            ]),
        Metric(
            "brier", "Brier", .single, path: ["calibration", "brier"], range: 0...2,
            isHigherBetter: false,
            places: [.comparison: 16, .subgroups: 12, .section: 4]),
        Metric(
            "nll", "NLL", .single, path: ["calibration", "nll"], range: 0...(.infinity),
            isHigherBetter: false,
            places: [.comparison: 17, .section: 5]),
    ]
}
