internal import Foundation

/// What a report says about one method: pictures, per-class table, mistakes, notes, origin.
struct ReportSection {
    private let method: MethodResult
    private let number: Int
    private var metrics: ClassificationMetrics { method.metrics }

    init(_ method: MethodResult, number: Int) {
        self.method = method
        self.number = number
    }

    var html: String {
        [
            "<h2 id=\"m\(number)\">\(ReportText.escape(method.name))</h2>", warnings, chips,
            pictures,
            perClass, mistakes, notes, origin,
        ].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var warnings: String {
        method.warnings.map { "<p class=\"warning\">\(ReportText.escape($0))</p>" }.joined()
    }

    private var chips: String {
        var values: [(String, String)] = [
            ("balanced accuracy", ReportText.number(metrics.balancedAccuracy)),
            ("macro F1 of present classes", ReportText.number(metrics.macroPresent.f1)),
            ("weighted F1", ReportText.number(metrics.weighted.f1)),
        ]
        for depth in metrics.topK.keys.sorted() where depth > 1 {
            values.append(("top \(depth)", ReportText.number(metrics.topK[depth])))
        }
        return "<div class=\"chips\">"
            + values.map { "<div><b>\($0.1)</b><span>\($0.0)</span></div>" }.joined() + "</div>"
    }

    private var pictures: String {
        var text =
            "<div class=\"pair\"><div><h3>Confusion matrix</h3>"
            + "\(ConfusionPicture(metrics).element)</div>"
        if let calibration = metrics.calibration {
            text +=
                "<div><h3>Calibration</h3>\(ReliabilityPicture(calibration: calibration).element)"
                + "<p><small>ECE \(ReportText.number(calibration.ece)) · "
                + "Brier \(ReportText.number(calibration.brier)) · "
                + "NLL \(ReportText.number(calibration.nll)) · "
                + "mean confidence \(ReportText.number(calibration.meanConfidence))</small></p></div>"
        }
        return text + "</div>"
    }

    private var perClass: String {
        let names = ["Precision", "Recall", "F1", "AUC", "Specificity"]
        return """
            <h3>Classes</h3>
            <div class="scroll"><table class="per"><thead><tr><th>Id</th>
            <th class="left">Class</th><th>Rows</th>
            \(names.map { "<th>\($0)</th>" }.joined())</tr></thead><tbody>
            \(metrics.perClass.map(row).joined(separator: "\n"))
            </tbody></table></div>
            """
    }

    private func row(_ entry: ClassMetrics) -> String {
        let share = String(format: "%.0f", 100 * entry.rates.f1)
        let bar = "<span class=\"bar\"><i style=\"width:\(share)%\"></i></span>"
        return "<tr><td>\(entry.label.id)</td>"
            + "<td class=\"left\">\(ReportText.escape(entry.label.name))</td>"
            + "<td>\(entry.support)</td>" + cell(entry.rates.precision) + cell(entry.rates.recall)
            + "<td>\(bar)\(ReportText.number(entry.rates.f1))</td>"
            + cell(entry.auc, "auc", entry) + cell(entry.specificity, "specificity", entry)
            + "</tr>"
    }

    private func cell(
        _ value: Double?, _ name: String = "", _ entry: ClassMetrics? = nil
    ) -> String {
        let note = entry.flatMap { metrics.notes["per_class.\($0.label.id).\(name)"] }
        let title = note.map { " title=\"\(ReportText.escape($0))\"" } ?? ""
        return "<td\(title)>\(ReportText.number(value))</td>"
    }

    private var mistakes: String {
        guard !method.mistakes.isEmpty else { return "" }
        return "<h3>Most confident mistakes</h3>\n<div class=\"cards\">"
            + method.mistakes.map(card).joined(separator: "\n") + "</div>"
    }

    private func card(_ mistake: Mistake) -> String {
        let picture = mistake.thumbnail.map { bytes in
            "<img alt=\"\" src=\"data:image/jpeg;base64,\(Data(bytes).base64EncodedString())\">"
        }
        return "<figure>\(picture ?? "")<figcaption><span class=\"miss\">"
            + "\(ReportText.escape(mistake.predicted.name))</span>"
            + "<br>true: \(ReportText.escape(mistake.truth.name))"
            + "<br><small>score \(ReportText.number(mistake.score)) · "
            + "\(ReportText.escape(mistake.key))</small></figcaption></figure>"
    }

    /// Reasons about the whole; those about single classes stand at their cells.
    private var notes: String {
        let lines = metrics.notes.filter { !$0.key.hasPrefix("per_class.") }
            .sorted { $0.key < $1.key }
            .map {
                "<li><code>\(ReportText.escape($0.key))</code>: \(ReportText.escape($0.value))</li>"
            }
        return lines.isEmpty ? "" : "<h3>Notes</h3>\n<ul>\(lines.joined())</ul>"
    }

    private var origin: String {
        guard let provenance = method.provenance else { return "" }
        let inputs = provenance.inputs.map { input in
            "<li><code>\(ReportText.escape(input.path))</code><br>"
                + "<small><code>sha256 \(ReportText.escape(input.sha256))</code></small></li>"
        }
        return "<h3>How this was made</h3>\n<pre><code>"
            + "\(ReportText.escape(provenance.commandLine))</code></pre>"
            + "<ul>\(inputs.joined())</ul>"
    }
}
