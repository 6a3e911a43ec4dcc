public import CambiumFiles

extension ClassificationMetrics {
    /// The content of `metrics.json`; undefined values are null.
    public var json: JSON {
        var members: [String: JSON] = [
            "count": .integer(count), "classes": .integer(classes),
            "accuracy": .finite(accuracy), "balanced_accuracy": .finite(balancedAccuracy),
            "macro": macro.json, "macro_present": macroPresent.json, "micro": micro.json,
            "weighted": weighted.json, "mcc": .finite(mcc), "mauc": .finite(mauc),
            "mauc_classes_left_out": .array(maucLeftOut.map(JSON.integer)),
            "top_k_accuracy": topK.isEmpty
                ? .null
                : .object(
                    Dictionary(
                        uniqueKeysWithValues: topK.map { ("\($0.key)", .finite($0.value)) })),
            "per_class": .array(perClass.map(\.json)),
            "confusion_matrix": .array(confusion.map { .array($0.map(JSON.integer)) }),
            "intervals": intervals?.json ?? .null, "calibration": calibration?.json ?? .null,
            "notes": .object(notes.mapValues(JSON.string)),
            "task": "single-label", "map": .finite(areas.map), "areas": areas.json,
        ]
        Metric.complete(&members, with: values, several: false)
        return .object(members)
    }

    /// Reads what ``json`` wrote.
    /// - Throws: ``EvaluationError`` that names the field that is missing or wrong.
    public init(json: JSON, place: String) throws(EvaluationError) {
        let fields = MetricsFields(json, place)
        count = try fields.count("count")
        accuracy = try fields.share("accuracy")
        balancedAccuracy = try fields.share("balanced_accuracy")
        macro = try PrecisionRecall(fields.member("macro"))
        macroPresent = try PrecisionRecall(fields.member("macro_present"))
        micro = try PrecisionRecall(fields.member("micro"))
        weighted = try PrecisionRecall(fields.member("weighted"))
        mcc = try fields.number("mcc", in: -1...1)
        mauc = try fields.optionalShare("mauc")
        maucLeftOut = json["mauc_classes_left_out"]?.array?.compactMap(\.integer) ?? []
        areas = AreaAverages(json: json)
        topK = Dictionary(
            uniqueKeysWithValues: (json["top_k_accuracy"]?.object ?? [:]).compactMap {
                guard let depth = Int($0.key), let value = $0.value.number else { return nil }
                return (depth, value)
            })
        var rows: [ClassMetrics] = []
        for entry in try fields.members("per_class") { rows.append(try ClassMetrics(entry)) }
        perClass = rows
        confusion = try fields.matrix("confusion_matrix", size: rows.count)
        intervals = json["intervals"].flatMap(Intervals.init(json:))
        calibration = json["calibration"].flatMap(Calibration.init(json:))
        notes = (json["notes"]?.object ?? [:]).compactMapValues(\.string)
        values = try Metric.values(in: fields, several: false)
    }
}

extension PrecisionRecall {
    var json: JSON {
        ["precision": .finite(precision), "recall": .finite(recall), "f1": .finite(f1)]
    }

    init(_ fields: MetricsFields) throws(EvaluationError) {
        precision = try fields.share("precision")
        recall = try fields.share("recall")
        f1 = try fields.share("f1")
    }
}

extension ClassMetrics {
    var json: JSON {
        [
            "class_id": .integer(label.id), "class_name": .string(label.name),
            "support": .integer(support), "precision": .finite(rates.precision),
            "recall": .finite(rates.recall), "f1": .finite(rates.f1), "auc": .finite(auc),
            "sensitivity": .finite(sensitivity), "specificity": .finite(specificity),
            "average_precision": .finite(averagePrecision),
            "auc_standard_error": .finite(aucStandardError),
            "intervals": intervals.isEmpty ? .null : .object(intervals.mapValues(\.json)),
        ]
    }

    init(_ fields: MetricsFields) throws(EvaluationError) {
        label = ClassLabel(
            id: try fields.integer("class_id"), name: try fields.string("class_name"))
        support = try fields.count("support")
        rates = try PrecisionRecall(fields)
        auc = try fields.optionalShare("auc")
        sensitivity = try fields.optionalShare("sensitivity")
        specificity = try fields.optionalShare("specificity")
        averagePrecision = try fields.optionalShare("average_precision")
        aucStandardError = fields.optional("auc_standard_error")
        intervals = (fields.json["intervals"]?.object ?? [:]).compactMapValues(Interval.init(json:))
    }
}

extension AreaAverages {
    var json: JSON {
        [
            "micro_auc": .finite(microAUC), "micro_ap": .finite(microAP),
            "weighted_auc": .finite(weightedAUC), "weighted_ap": .finite(weightedAP),
        ]
    }

    init(json: JSON) {
        let areas = json["areas"]
        self.init(
            map: json["map"]?.number, weightedAUC: areas?["weighted_auc"]?.number,
            weightedAP: areas?["weighted_ap"]?.number, microAUC: areas?["micro_auc"]?.number,
            microAP: areas?["micro_ap"]?.number)
    }
}

extension Interval {
    package var json: JSON { .array([.finite(lower), .finite(upper)]) }

    package init?(json: JSON) {
        guard let lower = json.array?.first?.number, let upper = json.array?.last?.number else {
            return nil
        }
        self.init(lower: lower, upper: upper)
    }
}

extension Intervals {
    package var json: JSON {
        let bounds = values.mapValues(\.json)
        return .object(
            bounds.merging(
                [
                    "level": .finite(level), "resamples": .integer(resamples),
                    "seed": .integer(seed), "drawn": .string(drawn),
                    "method": .string(Intervals.method),
                ], uniquingKeysWith: { bound, _ in bound }))
    }

    init?(json: JSON) {
        guard let level = json["level"]?.number, let members = json.object else { return nil }
        self.level = level
        resamples = json["resamples"]?.integer ?? 0
        seed = json["seed"]?.integer ?? 0
        drawn = json["drawn"]?.string ?? ""
        values = members.compactMapValues(Interval.init(json:))
    }
}

extension Calibration {
    fileprivate var json: JSON {
        [
            "ece": .finite(ece), "brier": .finite(brier), "nll": .finite(nll),
            "mce": .finite(mce), "adaptive_ece": .finite(adaptiveECE),
            "classwise_ece": .finite(classwiseECE),
            "mean_confidence": .finite(meanConfidence),
            "bins": .array(
                bins.map {
                    [
                        "lower": .finite($0.lower), "upper": .finite($0.upper),
                        "count": .integer($0.count), "confidence": .finite($0.confidence),
                        "accuracy": .finite($0.accuracy),
                    ]
                }),
        ]
    }

    fileprivate init?(json: JSON) {
        guard let ece = json["ece"]?.number, let brier = json["brier"]?.number,
            let nll = json["nll"]?.number, let mean = json["mean_confidence"]?.number
        else { return nil }
        (self.ece, self.brier, self.nll, meanConfidence) = (ece, brier, nll, mean)
        (mce, adaptiveECE) = (json["mce"]?.number, json["adaptive_ece"]?.number)
        classwiseECE = json["classwise_ece"]?.number
        bins = (json["bins"]?.array ?? []).compactMap { bin in
            guard let lower = bin["lower"]?.number, let upper = bin["upper"]?.number,
                let count = bin["count"]?.integer
            else { return nil }
            return Bin(
                lower: lower, upper: upper, count: count,
                confidence: bin["confidence"]?.number, accuracy: bin["accuracy"]?.number)
        }
    }
}
