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

    var html: HTML {
        let parts: [HTML] = [
            "<section id=\"m\(number)\" class=\"method\"><h2>\(method.result.name)</h2>",
            ReportDetails.box(ReportDetails.alarms(method.json)), chips, pictures, curves,
            ClassTable(method).html, ReportDetails(method.json).html, mistakes, notes,
            method.result.provenance.map {
                "<h3>How this was made</h3>\n\(Self.origin($0))"
            } ?? .none, "</section>",
        ]
        return parts.lines
    }

    private var chips: HTML {
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
        return Self.chips(values)
    }

    /// Numbers with what they are below them.
    static func chips(_ values: [(String, String)]) -> HTML {
        let boxes: [HTML] = values.map { "<div><b>\($0.1)</b><span>\($0.0)</span></div>" }
        return "<div class=\"chips\">\(boxes)</div>"
    }

    private func plate(_ kind: String, _ title: String) -> HTML {
        guard let entry = figures.first(where: { $0.name.hasSuffix("-\(kind)") }) else {
            return .none
        }
        return "<div class=\"plate wide\"><h3>\(title)</h3>\(entry.figure.element)</div>"
    }

    private var pictures: HTML {
        """
        <div class="pair fit">\(plate("confusion", "Confusion matrix"))\
        \(plate("reliability", "Calibration"))</div>
        """
    }

    private var curves: HTML {
        let plates = plate("roc", "ROC") + plate("precision-recall", "Precision and recall")
        guard !plates.isEmpty else { return .none }
        return """
            \(Self.choice(of: metrics.perClass.map(\.label)))
            <div class="pair curves">\(plates)</div>
            """
    }

    /// A choice of the class whose curves stand out, for the page's script.
    static func choice(of classes: [ClassLabel]) -> HTML {
        let options: [HTML] = classes.enumerated().map {
            "<option value=\"\($0)\">\($1.id) · \($1.name)</option>"
        }
        return """
            <p class="pick" hidden="hidden"><label>Class <select><option value="">all</option>\
            \(options)</select></label> <span class="muted"></span></p>
            """
    }

    private var mistakes: HTML {
        guard !method.result.mistakes.isEmpty else { return .none }
        return """
            <h3>Most confident mistakes</h3>
            <div class="cards">\(method.result.mistakes.map(card).joined(by: "\n"))</div>
            """
    }

    private func card(_ mistake: Mistake) -> HTML {
        """
        <figure>\(Self.picture(mistake.thumbnail))<figcaption><span class="miss">\
        \(mistake.predicted.name)</span><br>true: \(mistake.truth.name)\
        <br><small>score \(ReportText.number(mistake.score)) · \(mistake.key)</small>\
        </figcaption></figure>
        """
    }

    /// A mistake's picture, where there is one.
    static func picture(_ jpeg: [UInt8]?) -> HTML {
        jpeg.map { "<img alt=\"\" src=\"\(ReportPage.source($0))\">" } ?? .none
    }

    /// Reasons about the whole; those about single classes stand at their cells.
    private var notes: HTML {
        let lines: [HTML] = metrics.notes.filter { !$0.key.hasPrefix("per_class.") }
            .sorted { $0.key < $1.key }
            .map { "<li><code>\($0.key)</code>: \($0.value)</li>" }
        return lines.isEmpty ? .none : "<h3>Notes</h3>\n<ul>\(lines)</ul>"
    }

    /// A command and the digests of what it read.
    static func origin(_ provenance: Provenance) -> HTML {
        let inputs: [HTML] = provenance.inputs.map { input in
            """
            <li><code>\(input.path)</code><br>\
            <small><code>sha256 \(input.sha256)</code></small></li>
            """
        }
        let list: HTML = inputs.isEmpty ? .none : "<ul class=\"inputs\">\(inputs)</ul>"
        return "<pre><code>\(provenance.commandLine)</code></pre>\(list)"
    }
}
