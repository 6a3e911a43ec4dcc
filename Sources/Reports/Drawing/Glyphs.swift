internal import Foundation

/// Outlines of characters, for text in pictures made of pixels, and their widths, for layouts.
package enum Glyphs {
    /// A character: how far it moves on and its closed outlines, in em; y grows upwards.
    struct Glyph: Sendable {
        let advance: Double
        let contours: [[Figure.Point]]
    }

    private static let table: [UInt32: Glyph] = read()
    private static let missing = Glyph(
        advance: 0.6,
        contours: [
            [(0.05, 0), (0.05, 0.7), (0.55, 0.7), (0.55, 0)].map { Figure.Point($0.0, $0.1) },
            [(0.1, 0.05), (0.5, 0.05), (0.5, 0.65), (0.1, 0.65)].map { Figure.Point($0.0, $0.1) },
        ])

    /// The glyphs of a text; a letter with a mark that is not in the table loses the mark, and what
    /// is no Latin letter becomes a box.
    static func of(_ text: String) -> [Glyph] {
        text.unicodeScalars.map { scalar in
            if let glyph = table[scalar.value] { return glyph }
            let plain = String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars.first
            return plain.flatMap { table[$0.value] } ?? missing
        }
    }

    /// How wide a text of a size is.
    package static func width(_ text: String, size: Double) -> Double {
        of(text).reduce(0) { $0 + $1.advance } * size
    }

    /// The longest beginning and end that fit into a width, with an ellipsis between.
    package static func fit(_ text: String, size: Double, into width: Double) -> String {
        guard self.width(text, size: size) > width else { return text }
        var limit = text.count
        while limit > 3 {
            limit -= 1
            let short = ReportText.shorten(text, to: limit)
            if self.width(short, size: size) <= width { return short }
        }
        return "…"
    }

    private static func read() -> [UInt32: Glyph] {
        let bytes = GlyphTable.outlines.utf8.filter { $0 != 0x0A }
        var glyphs: [UInt32: Glyph] = [:]
        for (code, part) in zip(
            GlyphTable.characters, bytes.split(separator: UInt8(ascii: ";")))
        {
            glyphs[code] = Glyph(
                advance: Double(number(part, 0) - 128) / 512,
                contours: part.dropFirst(2).split(separator: UInt8(ascii: ".")).map(contour))
        }
        return glyphs
    }

    /// Quadratic curves become four lines each, fine enough for the sizes of a figure.
    private static func contour(_ part: ArraySlice<UInt8>) -> [Figure.Point] {
        let points = (0..<part.count / 4).map { index in
            let x = number(part, 4 * index)
            return (
                isOn: x % 2 == 1,
                place: Figure.Point(
                    Double(x / 2 - 128) / 512, Double(number(part, 4 * index + 2) - 128) / 512)
            )
        }
        guard var current = points.first?.place else { return [] }
        var (result, control) = ([current], Figure.Point?.none)
        for point in points.dropFirst() + points.prefix(1) {
            if let bend = control {
                let end = point.isOn ? point.place : middle(bend, point.place)
                result += curve(current, bend, end)
                current = end
            } else if point.isOn {
                result.append(point.place)
                current = point.place
            }
            control = point.isOn ? nil : point.place
        }
        return result
    }

    private static func middle(_ a: Figure.Point, _ b: Figure.Point) -> Figure.Point {
        Figure.Point((a.x + b.x) / 2, (a.y + b.y) / 2)
    }

    private static func curve(
        _ a: Figure.Point, _ b: Figure.Point, _ c: Figure.Point
    ) -> [Figure.Point] {
        (1...4).map { step in
            let t = Double(step) / 4
            let (p, q, r) = ((1 - t) * (1 - t), 2 * t * (1 - t), t * t)
            return Figure.Point(
                p * a.x + q * b.x + r * c.x, p * a.y + q * b.y + r * c.y)
        }
    }

    private static func number(_ part: ArraySlice<UInt8>, _ offset: Int) -> Int {
        let start = part.startIndex + offset
        return digit(part[start]) * 64 + digit(part[start + 1])
    }

    private static func digit(_ byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte) - 97 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) - 48 + 52
        case UInt8(ascii: "+"): 62
        default: 63
        }
    }
}
