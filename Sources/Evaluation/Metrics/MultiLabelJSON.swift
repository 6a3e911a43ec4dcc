public import CambiumFiles

extension MultiLabelMetrics {
    /// The content of `metrics.json`: the contract's keys, null where several labels a row leave
    /// them without a meaning, and the keys that only such rows have.
    public var json: JSON {
        let single: [String: JSON] = [
            "balanced_accuracy": .null, "mcc": .null, "top_k_accuracy": .null,
            "confusion_matrix": .null, "calibration": .null,
        ]
        let reason = "not defined for rows with several labels"
        var members = decisionMembers.merging(single) { own, _ in own }
        members["task"] = "multi-label"
        members["mauc"] = .finite(mauc)
        members["map"] = .finite(areas.map)
        members["mauc_classes_left_out"] = .array(
            perClass.filter { $0.metrics.auc == nil }.map { .integer($0.metrics.label.id) })
        members["areas"] = areas.json
        Metric.complete(&members, with: values, several: true)
        members["notes"] = .object(
            notes.merging(single.keys.map { ($0, reason) }) { own, _ in own }
                .mapValues(JSON.string))
        return .object(members)
    }

    /// What the thresholds decide, without the areas.
    var decisionMembers: [String: JSON] {
        [
            "count": .integer(count), "classes": .integer(perClass.count),
            "accuracy": .finite(subsetAccuracy), "subset_accuracy": .finite(subsetAccuracy),
            "hamming_loss": .finite(hammingLoss), "macro": macro.json,
            "macro_present": macroPresent.json, "micro": micro.json, "weighted": weighted.json,
            "samples": samples.json, "cardinality": .finite(cardinality),
            "rows_without_class": [
                "truth": .integer(rowsWithoutClass.truth),
                "predicted": .integer(rowsWithoutClass.predicted),
            ],
            "per_class": .array(perClass.map(\.json)),
            "intervals": intervals?.json ?? .null,
        ]
    }
}

extension MultiLabelClass {
    var json: JSON {
        var members = metrics.json.object ?? [:]
        members["threshold"] = .finite(threshold)
        members["true_positives"] = .integer(truePositives)
        members["false_positives"] = .integer(falsePositives)
        members["false_negatives"] = .integer(falseNegatives)
        members["true_negatives"] = .integer(trueNegatives)
        return .object(members)
    }
}
