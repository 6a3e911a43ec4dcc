internal import CambiumEvaluation
internal import CambiumFiles

/// What differs between reports on rows with one class each and on rows with several labels.
enum ReportKind {
    case single, several

    /// The columns of the headline table.
    var headline: Metric.Table { self == .single ? .headline : .severalHeadline }

    /// How many rows, classes and methods there are.
    func subtitle(_ methods: [ReportMethod]) -> HTML {
        let counts = Set(methods.map(\.result.metrics.count)).sorted().map(String.init)
        let classes = Set(methods.map(\.result.metrics.perClass.count)).sorted().map(String.init)
        let rows = counts.joined(separator: ", ")
        let measured = "\(methods.count) method\(methods.count == 1 ? "" : "s")"
        switch self {
        case .single:
            return "\(rows) test rows · \(classes.joined(separator: ", ")) classes · \(measured)"
        case .several:
            return """
                \(rows) test rows with any
                number of classes · \(measured)
                """
        }
    }

    /// What the columns of the headline table mean, and the small print in it.
    func legend(_ methods: [ReportMethod], intervals: [String]) -> HTML {
        guard self == .several else {
            return """
                \(intervals.joined(separator: " ")) F1 averages run over every class; balanced
                accuracy is the mean recall of the classes that occur; MCC is the multi-class Matthews
                correlation; mAUC is the mean one-vs-rest ROC AUC.
                """
        }
        let resamples = methods.compactMap { $0.result.metrics.intervals?.resamples }.first
        let small = resamples.map { "Small print: intervals of a bootstrap of \($0) resamples." }
        return """
            Every class is decided for itself by its threshold. All right:
            rows whose classes are all right. Hamming loss: wrong decisions of all, low is good.
            mAUC and mAP: means over classes that have rows with and without them.
            \(small ?? "")

            """
    }

    /// The heading of the mistakes.
    var mistakes: HTML {
        self == .single
            ? "Most confident mistakes" : "Decisions furthest on the wrong side of their threshold"
    }
}

extension ReportMethod {
    var kind: ReportKind { isSeveral ? .several : .single }
}

extension LabelledMetrics {
    /// The numbers beside the headline, in a method's section.
    var chips: [(String, String)] {
        switch self {
        case .single(let metrics):
            let columns = Metric.columns(.section)
            let isCalibration = { (column: Metric.Column) in
                column.metric.path.first == "calibration"
            }
            var chips = numbers(columns.filter { !isCalibration($0) })
            for depth in metrics.topK.keys.sorted() where depth > 1 {
                chips.append(("top \(depth)", ReportText.number(metrics.topK[depth])))
            }
            if let calibration = metrics.calibration {
                chips += numbers(columns.filter(isCalibration))
                chips.append(("mean confidence", ReportText.number(calibration.meanConfidence)))
            }
            return chips
        case .several(let metrics):
            return [("classes a row", ReportText.number(metrics.cardinality))]
                + numbers(Metric.columns(.severalSection))
        }
    }

    private func numbers(_ columns: [Metric.Column]) -> [(String, String)] {
        columns.map { ($0.title, ReportText.number(values[$0.metric.key])) }
    }
}

extension Mistake {
    /// The words below its class, and its score: probabilities of several labels may be tiny.
    var caption: (fault: HTML, score: String) {
        switch fault {
        case .insteadOf(let truth): ("true: \(truth.name)", ReportText.number(score))
        case .falseAlarm: ("found, is not there", ReportText.significant(score))
        case .missed: ("is there, was missed", ReportText.significant(score))
        }
    }
}
