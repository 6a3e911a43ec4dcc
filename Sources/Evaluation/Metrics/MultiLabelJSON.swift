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

    /// Reads what ``json`` wrote.
    /// - Throws: ``EvaluationError`` that names the field that is missing or wrong.
    init(json: JSON, place: String) throws(EvaluationError) {
        let fields = MetricsFields(json, place)
        count = try fields.count("count")
        subsetAccuracy = try fields.share("subset_accuracy")
        hammingLoss = try fields.share("hamming_loss")
        macro = try PrecisionRecall(fields.member("macro"))
        macroPresent = try PrecisionRecall(fields.member("macro_present"))
        micro = try PrecisionRecall(fields.member("micro"))
        weighted = try PrecisionRecall(fields.member("weighted"))
        samples = try PrecisionRecall(fields.member("samples"))
        mauc = try fields.optionalShare("mauc")
        areas = AreaAverages(json: json)
        var rows: [MultiLabelClass] = []
        for entry in try fields.members("per_class") { rows.append(try MultiLabelClass(entry)) }
        perClass = rows
        cardinality = try fields.number("cardinality")
        let empty = try fields.member("rows_without_class")
        rowsWithoutClass = (try empty.count("truth"), try empty.count("predicted"))
        intervals = json["intervals"].flatMap(Intervals.init(json:))
        notes = (json["notes"]?.object ?? [:]).compactMapValues(\.string)
        values = try Metric.values(in: fields, several: true)
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
    fileprivate init(_ fields: MetricsFields) throws(EvaluationError) {
        metrics = try ClassMetrics(fields)
        threshold = fields.optional("threshold")
        truePositives = try fields.count("true_positives")
        falsePositives = try fields.count("false_positives")
        falseNegatives = try fields.count("false_negatives")
        trueNegatives = try fields.count("true_negatives")
    }
}
