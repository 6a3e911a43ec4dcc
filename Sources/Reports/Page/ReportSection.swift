internal import CambiumEvaluation
internal import CambiumFiles
internal import Foundation

/// What a report says about one method: pictures, per-class table, mistakes, notes, origin.
struct ReportSection {
    private let method: ReportMethod
    private let figures: [ReportFigures.Entry]
    private let number: Int
    private var metrics: ClassificationMetrics { method.result.metrics }

    init(_ method: ReportMethod, figures: [ReportFigures.Entry], number: Int) {
        (self.method, self.figures, self.number) = (method, figures, number)
    }

    var html: String {
        let parts = [
            "<section id=\"m\(number)\" class=\"method\">"
                + "<h2>\(ReportText.escape(method.result.name))</h2>",
            ReportDetails.box(ReportDetails.alarms(method.json)), chips, pictures, curves,
            ClassTable(method).html,
            ReportDetails(method.json).html, mistakes, notes,
            method.result.provenance.map {
                "<h3>How this was made</h3>\n" + Self.origin($0)
            } ?? "", "</section>",
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var chips: String {
        let columns = Metric.columns(.section)
        let calibrated = columns.filter { $0.metric.path.first == "calibration" }
        func numbers(_ columns: [Metric.Column]) -> [(String, String)] {
            columns.map { ($0.title, ReportText.number(metrics.values[$0.metric.key])) }
        }
        var values = numbers(columns.filter { $0.metric.path.first != "calibration" })
        for depth in metrics.topK.keys.sorted() where depth > 1 {
            values.append(("top \(depth)", ReportText.number(metrics.topK[depth])))
        }
        if let calibration = metrics.calibration {
            values += numbers(calibrated)
            values.append(("mean confidence", ReportText.number(calibration.meanConfidence)))
        }
        return "<div class=\"chips\">"
            + values.map { "<div><b>\($0.1)</b><span>\($0.0)</span></div>" }.joined() + "</div>"
    }

    private func plate(_ kind: String, _ title: String) -> String {
        guard let entry = figures.first(where: { $0.name.hasSuffix("-\(kind)") }) else { return "" }
        return "<div class=\"plate wide\"><h3>\(title)</h3>\(entry.figure.element)</div>"
    }

    private var pictures: String {
        "<div class=\"pair fit\">\(plate("confusion", "Confusion matrix"))"
            + "\(plate("reliability", "Calibration"))</div>"
    }

    private var curves: String {
        let plates = plate("roc", "ROC") + plate("precision-recall", "Precision and recall")
        guard !plates.isEmpty else { return "" }
        let options = metrics.perClass.enumerated().map { column, entry in
            "<option value=\"\(column)\">\(entry.label.id) · "
                + "\(ReportText.escape(entry.label.name))</option>"
        }
        return "<p class=\"pick\" hidden=\"hidden\"><label>Class <select><option value=\"\">all"
            + "</option>\(options.joined())</select></label> <span class=\"muted\"></span></p>\n"
            + "<div class=\"pair curves\">\(plates)</div>"
    }

    private var mistakes: String {
        guard !method.result.mistakes.isEmpty else { return "" }
        return "<h3>Most confident mistakes</h3>\n<div class=\"cards\">"
            + method.result.mistakes.map(card).joined(separator: "\n") + "</div>"
    }

    private func card(_ mistake: Mistake) -> String {
        let picture = mistake.thumbnail.map { bytes in
            "<img alt=\"\" src=\"\(ReportPage.source(bytes))\">"
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

    /// A command and the digests of what it read.
    static func origin(_ provenance: Provenance) -> String {
        let inputs = provenance.inputs.map { input in
            "<li><code>\(ReportText.escape(input.path))</code><br>"
                + "<small><code>sha256 \(ReportText.escape(input.sha256))</code></small></li>"
        }
        return "<pre><code>\(ReportText.escape(provenance.commandLine))</code></pre>"
            + (inputs.isEmpty ? "" : "<ul class=\"inputs\">\(inputs.joined())</ul>")
    }
}
