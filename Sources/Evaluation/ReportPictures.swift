/// The reliability diagram: accuracy by confidence, the diagonal is a calibrated classifier.
struct ReliabilityPicture {
    let calibration: Calibration

    static let style = """
        .rel text{fill:var(--muted);font:11px system-ui,sans-serif}
        .rel .bin{fill:var(--accent)}.rel .frame{fill:none;stroke:var(--line)}
        .rel .even{stroke:var(--muted);stroke-dasharray:4 4}
        """

    private let side = 240.0
    private let left = 40.0

    var element: String {
        let most = Double(calibration.bins.map(\.count).max() ?? 1)
        let bars = calibration.bins.map { bar($0, most: max(most, 1)) }.joined()
        let (x0, x1, y0, y1) = (left, left + side, 12.0, 12 + side)
        let frame =
            "<rect class=\"frame\" x=\"\(x0)\" y=\"\(y0)\" width=\"\(side)\" height=\"\(side)\"/>"
            + "<line class=\"even\" x1=\"\(x0)\" y1=\"\(y1)\" x2=\"\(x1)\" y2=\"\(y0)\"/>"
        return
            "<svg class=\"rel\" viewBox=\"0 0 300 300\" width=\"300\" height=\"300\" role=\"img\" "
            + "aria-label=\"Reliability diagram\">" + bars + frame + labels(y1) + "</svg>"
    }

    private func bar(_ bin: Calibration.Bin, most: Double) -> String {
        guard let accuracy = bin.accuracy, let confidence = bin.confidence else { return "" }
        let height = max(side * accuracy, 1.5)
        let (x, y) = (left + side * bin.lower, 12 + side - height)
        let weight = 0.25 + 0.75 * Double(bin.count) / most
        return "<rect class=\"bin\" x=\"\(ReportText.point(x + 1))\" y=\"\(ReportText.point(y))\" "
            + "width=\"\(ReportText.point(side / 15 - 2))\" height=\"\(ReportText.point(height))\" "
            + "fill-opacity=\"\(ReportText.number(weight))\"><title>\(bin.count) rows, mean "
            + "confidence \(ReportText.percent(confidence)), right "
            + "\(ReportText.percent(accuracy))</title></rect>"
    }

    private func labels(_ bottom: Double) -> String {
        let middle = left + side / 2
        return "<text x=\"\(left)\" y=\"\(bottom + 15)\" text-anchor=\"middle\">0</text>"
            + "<text x=\"\(left + side)\" y=\"\(bottom + 15)\" text-anchor=\"middle\">1</text>"
            + "<text x=\"\(middle)\" y=\"\(bottom + 32)\" text-anchor=\"middle\">confidence</text>"
            + "<text x=\"\(left - 6)\" y=\"\(bottom)\" text-anchor=\"end\">0</text>"
            + "<text x=\"\(left - 6)\" y=\"20\" text-anchor=\"end\">1</text>"
            + "<text transform=\"translate(14 \(12 + side / 2)) rotate(-90)\" "
            + "text-anchor=\"middle\">share right</text>"
    }
}

/// Macro F1 of every method with its interval, one below the other on one scale.
struct IntervalPicture {
    let methods: [MethodResult]

    static let style = """
        .iv text{fill:var(--ink);font:13px system-ui,sans-serif}
        .iv .axis{fill:var(--muted);font-size:11px}.iv .grid{stroke:var(--line)}
        .iv .range{stroke:var(--accent);stroke-width:3;stroke-linecap:round;opacity:.45}
        .iv circle{fill:var(--accent)}
        """

    private let left = 230.0
    private let width = 640.0
    private let step = 30.0

    var element: String {
        let height = step * Double(methods.count) + 44
        return "<svg class=\"iv\" viewBox=\"0 0 900 \(height)\" width=\"900\" height=\"\(height)\" "
            + "role=\"img\" aria-label=\"Macro F1 with intervals\">" + grid(height)
            + methods.indices.map(line).joined() + "</svg>"
    }

    private func x(_ value: Double) -> String {
        ReportText.point(left + width * min(max(value, 0), 1))
    }

    private func grid(_ height: Double) -> String {
        [0, 0.2, 0.4, 0.6, 0.8, 1].map { value in
            "<line class=\"grid\" x1=\"\(x(value))\" x2=\"\(x(value))\" y1=\"4\" "
                + "y2=\"\(ReportText.point(height - 36))\"/>"
                + "<text class=\"axis\" x=\"\(x(value))\" y=\"\(ReportText.point(height - 20))\" "
                + "text-anchor=\"middle\">\(value)</text>"
        }.joined()
            + "<text class=\"axis\" x=\"\(x(0.5))\" y=\"\(ReportText.point(height - 4))\" "
            + "text-anchor=\"middle\">macro F1, with its interval</text>"
    }

    private func line(_ index: Int) -> String {
        let (method, y) = (methods[index], step * (Double(index) + 0.6))
        let value = method.metrics.macro.f1
        let name = ReportText.escape(ReportText.shorten(method.name, to: 30))
        var text = "<text x=\"\(left - 16)\" y=\"\(y + 4)\" text-anchor=\"end\">\(name)</text>"
        if let range = method.metrics.intervals?.values["macro_f1"] {
            text +=
                "<line class=\"range\" x1=\"\(x(range.lower))\" x2=\"\(x(range.upper))\" "
                + "y1=\"\(y)\" y2=\"\(y)\"/>"
        }
        return text + "<circle cx=\"\(x(value))\" cy=\"\(y)\" r=\"5\">"
            + "<title>\(ReportText.number(value))</title></circle>"
    }
}
