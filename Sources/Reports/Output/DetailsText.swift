internal import CambiumEvaluation

/// Protocols, operating points and subgroups as Markdown.
enum DetailsText {
    static func warnings(_ details: EvaluationDetails) -> String {
        details.warnings.map { "\n**Warning:** \(ReportText.markdown($0))\n" }.joined()
    }

    static func markdown(_ details: EvaluationDetails, argmax: ClassificationMetrics?) -> String {
        var text = ""
        let best = details.protocols.filter { !$0.criterion.isOperatingPoint }
        if !best.isEmpty { text += protocols(best, argmax) }
        for point in details.protocols where point.criterion.isOperatingPoint {
            text += operatingPoint(point)
        }
        for table in details.subgroups { text += subgroups(table) }
        return text
    }

    private static func table(_ heads: [String], _ rows: [[String]]) -> String {
        "\n| \(heads.joined(separator: " | ")) |\n"
            + "|---|\(heads.dropFirst().map { _ in "---:|" }.joined())\n"
            + rows.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
    }

    private static func number(_ value: Double?, _ interval: Interval?) -> String {
        ReportText.number(value)
            + (interval.map { " (\(ReportText.interval($0)))" } ?? "")
    }

    private static func protocols(
        _ protocols: [ThresholdProtocol], _ argmax: ClassificationMetrics?
    ) -> String {
        func row(
            _ name: String, _ averages: [PrecisionRecall], _ intervals: Intervals?,
            _ right: Double, _ rightName: String
        ) -> [String] {
            let cells = zip(["macro", "micro", "weighted"], averages).map { name, value in
                number(value.f1, intervals?.values["\(name)_f1"])
            }
            return [name] + cells + [number(right, intervals?.values[rightName])]
        }
        var rows: [[String]] = []
        if let argmax {
            rows.append(
                row(
                    "highest score", [argmax.macro, argmax.micro, argmax.weighted],
                    argmax.intervals, argmax.accuracy, "accuracy"))
        }
        for entry in protocols {
            let metrics = entry.metrics
            rows.append(
                row(
                    "thresholds, \(entry.criterion), chosen on "
                        + (entry.isChosenOnTest ? "TEST" : "validation"),
                    [metrics.macro, metrics.micro, metrics.weighted], metrics.intervals,
                    metrics.subsetAccuracy, "subset_accuracy"))
        }
        return "\n## Protocols\n"
            + table(["Protocol", "Macro F1", "Micro F1", "Weighted F1", "All right"], rows)
            + "\nUnder thresholds every class is decided for itself: a row may get several classes "
            + "or none. The two protocols are not comparable with each other.\n"
    }

    private static func operatingPoint(_ point: ThresholdProtocol) -> String {
        let place = point.isChosenOnTest ? "TEST rows" : "validation rows"
        let rows = point.metrics.perClass.map { entry in
            [
                ReportText.markdown(entry.metrics.label.name),
                entry.threshold.map { "\($0)" } ?? "–",
                number(entry.metrics.sensitivity, entry.metrics.intervals["sensitivity"]),
                number(entry.metrics.specificity, entry.metrics.intervals["specificity"]),
                number(entry.metrics.rates.precision, entry.metrics.intervals["precision"]),
                "\(entry.metrics.support)",
            ]
        }
        return "\n## Operating point \(point.criterion), chosen on \(place)\n"
            + table(
                ["Class", "Threshold", "Sensitivity", "Specificity", "Precision", "Rows"], rows)
    }

    private static func subgroups(_ table: SubgroupTable) -> String {
        let metrics = SubgroupTable.metrics.filter { metric in
            table.groups.contains { $0.values[metric] != nil }
        }
        let rows = table.groups.map { group in
            [ReportText.markdown(SubgroupTable.shown(group.value)), "\(group.count)"]
                + metrics.map { number(group.values[$0], group.intervals[$0]) }
        }
        let gaps = metrics.map { metric in
            let gap = table.gaps.first { $0.metric == metric }
            return number(gap?.gap, gap?.interval)
        }
        let notes =
            table.notes
            + table.groups.flatMap { group in
                group.notes.map { "\(SubgroupTable.shown(group.value)): \($0)" }
            }
        return "\n## Subgroups by \(ReportText.markdown(table.column))\n"
            + self.table(["Subgroup", "Rows"] + metrics, rows + [["gap", ""] + gaps])
            + notes.map { "\n\(ReportText.markdown($0))\n" }.joined()
    }
}
