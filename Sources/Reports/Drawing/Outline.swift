internal import Glibc

/// A mark as polygons: what is filled and what a stroke covers.
struct Outline {
    private(set) var fills: [[Figure.Point]] = []
    private(set) var strokes: [[Figure.Point]] = []

    init(_ mark: Figure.Mark) {
        switch mark.shape {
        case .rectangle(let place, let width, let height, _):
            let corners = [
                place, Figure.Point(place.x + width, place.y),
                Figure.Point(place.x + width, place.y + height),
                Figure.Point(place.x, place.y + height),
            ]
            closed(corners, mark)
        case .polygon(let points): closed(points, mark)
        case .circle(let place, let radius): closed(Self.circle(place, radius), mark)
        case .line(let points):
            strokes = Self.dashes(points, mark.dash).flatMap { Self.stroke($0, mark.width) }
        case .text(let text, let place, let size, let anchor, let bold, let turned):
            fills = Self.text(text, place, size, anchor, turned)
            // Heavier letters, and the ground around a text, are outlines with a width.
            guard bold || mark.stroke != nil else { return }
            let width = mark.stroke == nil ? size / 22 : mark.width
            strokes = fills.flatMap { Self.stroke($0 + $0.prefix(1), width) }
        }
    }

    private mutating func closed(_ points: [Figure.Point], _ mark: Figure.Mark) {
        fills = [points]
        if mark.stroke != nil { strokes = Self.stroke(points + points.prefix(1), mark.width) }
    }

    private static func circle(_ centre: Figure.Point, _ radius: Double) -> [Figure.Point] {
        (0..<24).map { step in
            let angle = 2 * Double.pi * Double(step) / 24
            return Figure.Point(centre.x + radius * cos(angle), centre.y + radius * sin(angle))
        }
    }

    /// A quadrilateral a segment and, where lines are thick, a disc at each bend.
    private static func stroke(_ points: [Figure.Point], _ width: Double) -> [[Figure.Point]] {
        var polygons = zip(points, points.dropFirst()).compactMap { a, b -> [Figure.Point]? in
            let (dx, dy) = (b.x - a.x, b.y - a.y)
            let length = (dx * dx + dy * dy).squareRoot()
            guard length > 0 else { return nil }
            let (u, v) = (-dy / length * width / 2, dx / length * width / 2)
            return [
                Figure.Point(a.x + u, a.y + v), Figure.Point(b.x + u, b.y + v),
                Figure.Point(b.x - u, b.y - v), Figure.Point(a.x - u, a.y - v),
            ]
        }
        if width >= 1.5 {
            polygons += points.dropFirst().dropLast().map { circle($0, width / 2) }
        }
        return polygons
    }

    /// The pieces of a dashed line.
    private static func dashes(_ points: [Figure.Point], _ pattern: [Double]) -> [[Figure.Point]] {
        guard pattern.count > 1, pattern.allSatisfy({ $0 > 0 }) else { return [points] }
        var (pieces, piece): ([[Figure.Point]], [Figure.Point]) = ([], Array(points.prefix(1)))
        var (part, left) = (0, pattern[0])
        for (a, b) in zip(points, points.dropFirst()) {
            let length = ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot()
            var done = 0.0
            while length - done > left {
                done += left
                let t = done / length
                let place = Figure.Point(a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t)
                if part.isMultiple(of: 2) { pieces.append(piece + [place]) }
                piece = [place]
                part = (part + 1) % (pattern.count / 2 * 2)
                left = pattern[part]
            }
            left -= length - done
            piece.append(b)
        }
        return part.isMultiple(of: 2) ? pieces + [piece] : pieces
    }

    private static func text(
        _ text: String, _ place: Figure.Point, _ size: Double, _ anchor: Figure.Anchor,
        _ turned: Bool
    ) -> [[Figure.Point]] {
        let glyphs = Glyphs.of(text)
        let width = glyphs.reduce(0) { $0 + $1.advance } * size
        var pen = anchor == .start ? 0 : anchor == .middle ? -width / 2 : -width
        var contours: [[Figure.Point]] = []
        for glyph in glyphs {
            contours += glyph.contours.map { contour in
                contour.map { point in
                    let (x, y) = (pen + point.x * size, -point.y * size)
                    return turned
                        ? Figure.Point(place.x + y, place.y - x)
                        : Figure.Point(place.x + x, place.y + y)
                }
            }
            pen += glyph.advance * size
        }
        return contours
    }
}

extension Figure.Mark {
    var isText: Bool { if case .text = shape { true } else { false } }
}
