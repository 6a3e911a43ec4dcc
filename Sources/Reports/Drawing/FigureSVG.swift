package import CambiumFiles

extension Figure {
    /// Rules for every figure; the colours follow.
    private static let rules = """
        .fig text{font-family:"DejaVu Sans",Verdana,system-ui,sans-serif;stroke-linejoin:round}
        .fig polyline{fill:none;stroke-linejoin:round;stroke-linecap:butt}
        """

    /// The style sheet of figures on a page that defines the colours as variables.
    static var style: String { rules + "\n" + Ink.classes { "var(--\($0.name))" } }

    /// The figure for a page.
    package var element: HTML {
        "\(opening)\(marks.map(Self.element).joined(by: "\n"))</svg>"
    }

    /// The figure as a file of its own; plain colours, which every program understands.
    package var document: String {
        let light = Ink.classes { Ink.hexadecimal($0.light) }
        let dark = Ink.classes { Ink.hexadecimal($0.dark) }
        let ground = "<rect class=\"f-paper\" width=\"100%\" height=\"100%\"/>"
        let style =
            "<style>\(Self.rules)\n\(light)\n@media (prefers-color-scheme:dark){\n\(dark)\n}</style>"
        return opening.text + "\(style)\n\(ground)\n"
            + marks.map(Self.element).joined(by: "\n").text + "</svg>\n"
    }

    private var opening: HTML {
        let (w, h) = (ReportText.point(width), ReportText.point(height))
        return """
            <svg class="fig" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(w) \(h)" \
            width="\(w)" height="\(h)" role="img" aria-label="\(label)">

            """
    }

    private static func element(_ mark: Mark) -> HTML {
        let (name, attributes, content) = parts(mark.shape)
        let title: HTML = mark.title.map { "<title>\($0)</title>" } ?? .none
        let tag = HTML(markup: "<\(name)\(attributes)\(style(mark))")
        guard !content.isEmpty || !title.isEmpty else { return "\(tag)/>" }
        return "\(tag)>\(content)\(title)</\(name)>"
    }

    /// Its element's name, the attributes that make its shape, and what stands in it.
    private static func parts(_ shape: Shape) -> (String, String, HTML) {
        switch shape {
        case .rectangle(let place, let width, let height, let radius):
            let round = radius > 0 ? attribute("rx", radius) : ""
            return (
                "rect",
                attribute("x", place.x) + attribute("y", place.y) + attribute("width", width)
                    + attribute("height", height) + round, ""
            )
        case .line(let points): return ("polyline", " points=\"\(list(points))\"", "")
        case .polygon(let points): return ("polygon", " points=\"\(list(points))\"", "")
        case .circle(let place, let radius):
            return (
                "circle",
                attribute("cx", place.x) + attribute("cy", place.y) + attribute("r", radius), ""
            )
        case .text(let text, let place, let size, let anchor, let bold, let turned):
            return (
                "text", self.text(place, size, anchor, bold, turned), "\(text)"
            )
        }
    }

    private static func text(
        _ place: Point, _ size: Double, _ anchor: Anchor, _ bold: Bool, _ turned: Bool
    ) -> String {
        let (x, y) = (ReportText.point(place.x), ReportText.point(place.y))
        let position =
            turned ? " transform=\"translate(\(x) \(y)) rotate(-90)\"" : " x=\"\(x)\" y=\"\(y)\""
        return position + attribute("font-size", size)
            + (anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\"")
            + (bold ? " font-weight=\"600\"" : "")
    }

    private static func style(_ mark: Mark) -> String {
        let names = [mark.fill.map { "f-\($0.name)" }, mark.stroke.map { "s-\($0.name)" }]
            .compactMap(\.self).joined(separator: " ")
        var text = names.isEmpty ? "" : " class=\"\(names)\""
        if mark.fill == nil { text += " fill=\"none\"" }
        if mark.stroke != nil, mark.width != 1 { text += attribute("stroke-width", mark.width) }
        if !mark.dash.isEmpty {
            let pattern = mark.dash.map(ReportText.point).joined(separator: " ")
            text += " stroke-dasharray=\"\(pattern)\""
        }
        if mark.opacity < 1 { text += " opacity=\"\(ReportText.number(mark.opacity))\"" }
        if let group = mark.group { text += " data-c=\"\(group)\"" }
        if !mark.tiles.isEmpty {
            text += " data-k=\"\(mark.tiles.map(String.init).joined(separator: " "))\""
        }
        return text
    }

    private static func attribute(_ name: String, _ value: Double) -> String {
        " \(name)=\"\(ReportText.point(value))\""
    }

    private static func list(_ points: [Point]) -> String {
        points.map { "\(ReportText.point($0.x)),\(ReportText.point($0.y))" }
            .joined(separator: " ")
    }
}
