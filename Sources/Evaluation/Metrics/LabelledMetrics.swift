package import CambiumFiles

/// The numbers of an evaluation: of rows with one class each, or of rows with several labels.
package enum LabelledMetrics: Sendable, Equatable {
    /// One class a row.
    case single(ClassificationMetrics)
    /// Any number of classes a row.
    case several(MultiLabelMetrics)

    /// Reads the content of a `metrics.json`.
    /// - Throws: ``EvaluationError`` that names the field that is missing or wrong.
    package init(json: JSON, place: String) throws(EvaluationError) {
        self =
            json["task"]?.string == "multi-label"
            ? .several(try MultiLabelMetrics(json: json, place: place))
            : .single(try ClassificationMetrics(json: json, place: place))
    }

    /// The content of `metrics.json`.
    package var json: JSON {
        switch self {
        case .single(let metrics): metrics.json
        case .several(let metrics): metrics.json
        }
    }

    /// Whether a row may have several labels.
    package var isSeveral: Bool { if case .several = self { true } else { false } }

    /// Rows evaluated.
    package var count: Int {
        switch self {
        case .single(let metrics): metrics.count
        case .several(let metrics): metrics.count
        }
    }

    /// One entry a class, in the order of the columns; thresholds where classes are decided by them.
    package var perClass: [(metrics: ClassMetrics, threshold: Double?)] {
        switch self {
        case .single(let metrics): metrics.perClass.map { ($0, nil) }
        case .several(let metrics): metrics.perClass.map { ($0.metrics, $0.threshold) }
        }
    }

    /// Mean over all classes.
    package var macro: PrecisionRecall {
        switch self {
        case .single(let metrics): metrics.macro
        case .several(let metrics): metrics.macro
        }
    }

    /// What ``Metric/all`` names, by key; defined ones only.
    package var values: [String: Double] {
        switch self {
        case .single(let metrics): metrics.values
        case .several(let metrics): metrics.values
        }
    }

    /// Confidence intervals; nil where none were asked for.
    package var intervals: Intervals? {
        switch self {
        case .single(let metrics): metrics.intervals
        case .several(let metrics): metrics.intervals
        }
    }

    /// Reasons by the name of the field they explain.
    package var notes: [String: String] {
        switch self {
        case .single(let metrics): metrics.notes
        case .several(let metrics): metrics.notes
        }
    }

    /// The headline of the first protocol: the class with the highest score; null where rows have
    /// several labels.
    package var argmax: JSON {
        if case .single(let metrics) = self { metrics.argmax } else { .null }
    }
}

/// All that is measured of scores, of one class a row or several.
package struct LabelledEvaluation: Sendable {
    package let metrics: LabelledMetrics
    /// A class each.
    package let curves: [Curves]
    let draws: MetricDraws

    package init(_ rows: LabelledScores, bootstrap: Bootstrap?) throws(EvaluationError) {
        switch rows {
        case .single(let predictions, _):
            let own = try SingleLabelEvaluation(predictions, bootstrap: bootstrap)
            (metrics, curves, draws) = (.single(own.metrics), own.curves, own.draws)
        case .several(let predictions):
            let own = try MultiLabelEvaluation(predictions, bootstrap: bootstrap)
            (metrics, curves, draws) = (.several(own.metrics), own.curves, own.draws)
        }
    }
}
