internal import CambiumEvaluation
internal import CambiumFiles
internal import Foundation

/// What a report says about one method: pictures, per-class table, mistakes, notes, origin.
struct ReportSection {
    private let method: ReportMethod
    private let figures: [ReportFigures.Entry]
    private let number: Int
    private var metrics: LabelledMetrics { method.result.metrics }

    init(_ method: ReportMethod, figures: [ReportFigures.Entry], number: Int) {
        (self.method, self.figures, self.number) = (method, figures, number)
    }

    var html: HTML {
        let parts: [HTML] = [
            "<section id=\"m\(number)\" class=\"method\"><h2>\(method.result.name)</h2>",
            DetailsSection.box(method.result.details.alarms), chips, pictures, curves,
            ClassTable(metrics).html, DetailsSection(method.result).html, mistakes, notes,
            method.result.provenance.map {
                "<h3>How this was made</h3>\n\(Self.origin($0))"
            } ?? .none, "</section>",
        ]
        return parts.lines
    }

    /// Numbers with what they are below them.
    private var chips: HTML {
        let boxes: [HTML] = metrics.chips.map { "<div><b>\($0.1)</b><span>\($0.0)</span></div>" }
        return "<div class=\"chips\">\(boxes)</div>"
    }

    private func plate(_ kind: String, _ title: String) -> HTML {
        guard let entry = figures.first(where: { $0.name.hasSuffix("-\(kind)") }) else {
            return .none
        }
        return "<div class=\"plate wide\"><h3>\(title)</h3>\(entry.figure.element)</div>"
    }

    private var pictures: HTML {
        guard !method.isSeveral else { return .none }
        return """
            <div class="pair fit">\(plate("confusion", "Confusion matrix"))\
            \(plate("reliability", "Calibration"))</div>
            """
    }

    private var curves: HTML {
        let plates = plate("roc", "ROC") + plate("precision-recall", "Precision and recall")
        guard !plates.isEmpty || method.isSeveral else { return .none }
        return """
            \(choice)
            <div class="pair curves">\(plates)</div>
            """
    }

    /// A choice of the class whose curves stand out, for the page's script.
    private var choice: HTML {
        let options: [HTML] = metrics.perClass.map(\.metrics.label).enumerated().map {
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
            <h3>\(method.kind.mistakes)</h3>
            <div class="cards">\(method.result.mistakes.map(card).joined(by: "\n"))</div>
            """
    }

    private func card(_ mistake: Mistake) -> HTML {
        let picture: HTML =
            mistake.thumbnail.map { "<img alt=\"\" src=\"\(ReportPage.source($0))\">" } ?? .none
        let (fault, score) = mistake.caption
        return """
            <figure>\(picture)<figcaption><span class="miss">\
            \(mistake.label.name)</span><br>\(fault)\
            <br><small>score \(score) · \(mistake.key)</small>\
            </figcaption></figure>
            """
    }

    /// Reasons about the whole; those about single classes stand at their cells.
    private var notes: HTML {
        guard !method.isSeveral else { return .none }
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
