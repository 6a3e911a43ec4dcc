public import CambiumEvaluation
public import CambiumFiles
internal import Foundation

extension Comparison {
    /// The result as JSON.
    public var json: JSON {
        [
            "count": .integer(count), "metrics": .array(metrics.map(JSON.string)),
            "models": .array(models.map(\.json)), "pairs": .array(pairs.map(json)),
            "bootstrap": intervals.json, "notes": .array(notes.map(JSON.string)),
        ]
    }

    private func json(_ pair: Pair) -> JSON {
        [
            "first": .string(models[pair.first].name), "second": .string(models[pair.second].name),
            "differences": .object(
                Dictionary(uniqueKeysWithValues: pair.differences.map { ($0.metric, $0.json) })),
            "mcnemar": [
                "only_first_right": .integer(pair.mcNemar.onlyFirst),
                "only_second_right": .integer(pair.mcNemar.onlySecond),
                "p": .finite(pair.mcNemar.p), "p_holm": .finite(pair.mcNemarCorrected),
            ],
            "delong": .array(pair.areas.map(\.json)),
        ]
    }

    /// Tables of the models and of all pairs.
    public var markdown: String {
        var text = "# Comparison on \(count) cases\n" + modelTable
        text += "\nIn brackets: \(ReportText.level(intervals.level)) intervals, "
        text += "\(Intervals.method), \(intervals.resamples) resamples of \(intervals.drawn), seed "
        text += "\(intervals.seed), the same for all models.\n"
        for pair in pairs { text += markdown(pair) }
        if !pairs.isEmpty {
            text += "\np values are two-sided; after Holm's correction for the number of pairs "
            text += "(areas: of pairs and classes).\n"
        }
        return text + notes.map { "\n\(ReportText.markdown($0))\n" }.joined()
    }

    private var modelTable: String {
        let heads = ["Model"] + metrics
        var text = "\n| \(heads.joined(separator: " | ")) |\n|---|"
        text += metrics.map { _ in "---:|" }.joined() + "\n"
        for model in models {
            let cells = metrics.map { metric in
                let interval = model.intervals[metric].map { " (\(ReportText.interval($0)))" }
                return ReportText.number(model.values[metric]) + (interval ?? "")
            }
            text += "| \(ReportText.markdown(model.name)) | \(cells.joined(separator: " | ")) |\n"
        }
        return text
    }

    private func markdown(_ pair: Pair) -> String {
        let names = [pair.first, pair.second].map { ReportText.markdown(models[$0].name) }
        var text = "\n## \(names[0]) minus \(names[1])\n"
        text += "\n| Metric | Difference | Interval | p | p, Holm |\n|---|---:|---:|---:|---:|\n"
        for entry in pair.differences {
            text += "| \(entry.metric) | \(Self.signed(entry.difference)) | "
            text += (entry.interval.map(ReportText.interval) ?? "–")
            text += " | \(Self.p(entry.p)) | \(Self.p(entry.corrected)) |\n"
        }
        let test = pair.mcNemar
        text += "\nMcNemar: only the first is right in \(test.onlyFirst) cases, only the second in "
        text += "\(test.onlySecond), p \(Self.p(test.p)), after Holm "
        text += "\(Self.p(pair.mcNemarCorrected)).\n"
        guard !pair.areas.isEmpty else { return text }
        text += "\n| Class | AUC difference (DeLong) | Standard error | p | p, Holm |\n"
        text += "|---|---:|---:|---:|---:|\n"
        for area in pair.areas {
            text += "| \(ReportText.markdown(area.label.name)) | \(Self.signed(area.difference)) | "
            text += "\(String(format: "%.4f", area.standardError)) | \(Self.p(area.p)) | "
            text += "\(Self.p(area.corrected)) |\n"
        }
        return text
    }

    private static func signed(_ value: Double) -> String { String(format: "%+.4f", value) }

    private static func p(_ value: Double?) -> String {
        value.map { $0 < 0.0001 ? "< 0.0001" : String(format: "%.4f", $0) } ?? "–"
    }
}

extension Comparison.Model {
    fileprivate var json: JSON {
        [
            "name": .string(name), "folder": .string(folder),
            "metrics": .object(values.mapValues { .finite($0) }),
            "intervals": .object(intervals.mapValues(\.json)),
        ]
    }
}

extension Comparison.Difference {
    fileprivate var json: JSON {
        [
            "difference": .finite(difference), "interval": interval?.json ?? .null,
            "p": .finite(p), "p_holm": .finite(corrected),
        ]
    }
}

extension Comparison.AreaTest {
    fileprivate var json: JSON {
        [
            "class_id": .integer(label.id), "class_name": .string(label.name),
            "difference": .finite(difference), "standard_error": .finite(standardError),
            "p": .finite(p), "p_holm": .finite(corrected),
        ]
    }
}
