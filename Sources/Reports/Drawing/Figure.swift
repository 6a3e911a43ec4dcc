/// A picture made of lines, bars, points and words, which is drawn once and written as SVG for the
/// page, as an SVG file of its own and, by ``Raster``, as pixels.
package struct Figure: Sendable {
    /// A place; x grows to the right, y down, in CSS pixels.
    package struct Point: Sendable, Equatable {
        package var x: Double
        package var y: Double

        package init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
    }

    /// Where a text's place is on it.
    package enum Anchor: String, Sendable { case start, middle, end }

    enum Shape: Sendable {
        case rectangle(Point, width: Double, height: Double, radius: Double)
        case line([Point])
        case polygon([Point])
        case circle(Point, radius: Double)
        /// A turned text reads upwards.
        case text(String, Point, size: Double, anchor: Anchor, bold: Bool, turned: Bool)
    }

    /// A shape with its colours and what the page knows about it.
    struct Mark: Sendable {
        var shape: Shape
        var fill: Ink?
        var stroke: Ink?
        var width = 1.0
        var dash: [Double] = []
        var opacity = 1.0
        /// Shown when the pointer rests on the mark.
        var title: String?
        /// The class it belongs to, for the page's script.
        var group: Int?
        /// Thumbnails to show with the title.
        var tiles: [Int] = []

        init(_ shape: Shape, fill: Ink? = nil, stroke: Ink? = nil) {
            (self.shape, self.fill, self.stroke) = (shape, fill, stroke)
        }
    }

    let width: Double
    let height: Double
    /// What the figure shows, for those who cannot see it.
    let label: String
    var marks: [Mark] = []

    package init(width: Double, height: Double, label: String) {
        (self.width, self.height, self.label) = (width, height, label)
    }
}

extension Figure {
    package mutating func rectangle(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, fill: Ink? = nil,
        stroke: Ink? = nil, opacity: Double = 1, radius: Double = 0, title: String? = nil
    ) {
        var mark = Mark(
            .rectangle(Point(x, y), width: width, height: height, radius: radius), fill: fill,
            stroke: stroke)
        (mark.opacity, mark.title) = (opacity, title)
        marks.append(mark)
    }

    package mutating func line(
        _ points: [Point], _ ink: Ink, width: Double = 1, dash: [Double] = [],
        opacity: Double = 1, title: String? = nil, group: Int? = nil
    ) {
        var mark = Mark(.line(points), stroke: ink)
        (mark.width, mark.dash, mark.opacity) = (width, dash, opacity)
        (mark.title, mark.group) = (title, group)
        marks.append(mark)
    }

    package mutating func text(
        _ text: String, _ x: Double, _ y: Double, size: Double = 12, ink: Ink = .ink,
        anchor: Anchor = .start, bold: Bool = false, turned: Bool = false, group: Int? = nil
    ) {
        var mark = Mark(
            .text(text, Point(x, y), size: size, anchor: anchor, bold: bold, turned: turned),
            fill: ink)
        mark.group = group
        marks.append(mark)
    }

    /// A text with the ground's colour around it, to be read on top of points.
    mutating func haloed(
        _ text: String, _ x: Double, _ y: Double, size: Double, anchor: Anchor, group: Int?
    ) {
        var halo = Mark(
            .text(text, Point(x, y), size: size, anchor: anchor, bold: true, turned: false),
            fill: .paper, stroke: .paper)
        (halo.width, halo.group) = (3, group)
        marks.append(halo)
        self.text(text, x, y, size: size, anchor: anchor, bold: true, group: group)
    }
}
