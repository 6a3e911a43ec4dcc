import CambiumEvaluation
import CambiumFiles
import CambiumImaging
import CambiumReports
import Foundation
import FoundationXML
import Testing

@Suite struct FigureTests {
    private func pixel(_ image: RGBImage, _ x: Int, _ y: Int) -> [UInt8] {
        let start = (y * image.width + x) * 3
        return Array(image.pixels[start..<start + 3])
    }

    @Test func `a rectangle covers whole pixels whole and halves by half`() {
        var figure = Figure(width: 8, height: 6, label: "test")
        figure.rectangle(2, 1, 3.5, 4, fill: .ink)
        let image = Raster.image(figure, scale: 1)
        #expect(image.width == 8 && image.height == 6)
        #expect(pixel(image, 1, 2) == [255, 255, 255])
        #expect(pixel(image, 2, 2) == [0x1B, 0x20, 0x26])
        #expect(pixel(image, 4, 4) == [0x1B, 0x20, 0x26])
        // Half of white and half of ink.
        #expect(pixel(image, 5, 2) == [141, 144, 147])
        #expect(pixel(image, 6, 2) == [255, 255, 255])
        #expect(pixel(image, 3, 0) == [255, 255, 255])
    }

    @Test func `a slanted edge covers a triangle's share of every pixel`() {
        var figure = Figure(width: 40, height: 40, label: "test")
        figure.line([.init(0, 0), .init(40, 40)], .ink, width: 10)
        let image = Raster.image(figure, scale: 1)
        let dark = stride(from: 0, to: image.pixels.count, by: 3).reduce(0.0) {
            $0 + Double(255 - Int(image.pixels[$1])) / Double(255 - 0x1B)
        }
        // A band of width 10 and length 40 √2, less the corners that lie outside: 2 * 5 * 5.
        #expect(abs(dark - (400 * 2.0.squareRoot() - 50)) < 1)
    }

    @Test func `letters have holes, turn upwards and are as wide as they say`() {
        func columns(_ text: String, turned: Bool = false) -> (width: Int, height: Int, ink: Int) {
            var figure = Figure(width: 120, height: 120, label: "test")
            figure.text(text, turned ? 40 : 10, turned ? 110 : 40, size: 30, turned: turned)
            let image = Raster.image(figure, scale: 1)
            let dark = (0..<120 * 120).filter { image.pixels[$0 * 3] < 128 }
            let (xs, ys) = (dark.map { $0 % 120 }, dark.map { $0 / 120 })
            return (
                (xs.max() ?? 0) - (xs.min() ?? 0), (ys.max() ?? 0) - (ys.min() ?? 0), dark.count
            )
        }
        let (flat, upright) = (columns("O o"), columns("O o", turned: true))
        #expect(abs(Double(flat.width) - Glyphs.width("O o", size: 30)) < 5)
        #expect(abs(flat.width - upright.height) < 2 && abs(flat.height - upright.width) < 2)
        #expect(flat.ink < flat.width * flat.height / 2 && flat.ink > 100)
        // Composed and decomposed letters are the same, what is no Latin letter is a box.
        #expect(columns("é") == columns("e\u{301}") || columns("e\u{301}").ink > 0)
        #expect(columns("漢").ink > 20)
    }

    @Test func `the file carries its own colours and is well-formed with any text`() throws {
        var figure = Figure(width: 100, height: 50, label: "<a> & \"b\"")
        figure.rectangle(1, 1, 5, 5, fill: .hue(9), title: "</title><script>\u{1}")
        figure.text("<b>&'", 10, 10)
        let parser = XMLParser(data: Data(figure.document.utf8))
        #expect(parser.parse())
        #expect(figure.document.contains(".f-h2{fill:#009e73}"))
        #expect(!figure.document.contains("var("))
        #expect(figure.element.text.contains("class=\"f-h2\""))
    }

    @Test func `names lose first what tells nothing apart`() {
        let names = ["x-ray chest frontal Effusion", "x-ray chest frontal Mass"]
        #expect(ShortNames.fit(names, size: 12, into: 1000) == names)
        #expect(ShortNames.fit(names, size: 12, into: 90) == ["…Effusion", "…Mass"])
        let ends = ["Mass, left, of the lung", "Node, left, of the lung"]
        #expect(ShortNames.fit(ends, size: 12, into: 80) == ["Mass,…", "Node,…"])
        #expect(ShortNames.fit(["same same"], size: 12, into: 40)[0].contains("…"))
        #expect(ShortNames.fit(["a a a", "a a a"], size: 12, into: 20) == ["…a", "…a"])
    }

    @Test func `a simplified line is nowhere farther than the tolerance`() {
        let points = (0...400).map { Figure.Point(Double($0), 50 * sin(Double($0) / 40)) }
        let simple = Simplified.line(points, tolerance: 0.2)
        #expect(simple.count < 80 && simple.first == points.first && simple.last == points.last)
        for point in points {
            let next = simple.firstIndex { $0.x >= point.x } ?? 0
            let (a, b) = (simple[max(next - 1, 0)], simple[next])
            let y = b.x == a.x ? b.y : a.y + (b.y - a.y) * (point.x - a.x) / (b.x - a.x)
            #expect(abs(y - point.y) < 0.5)
        }
    }
}

@Suite struct CurvePointsTests {
    @Test func `areas are those of scikit-learn's documentation`() throws {
        let curve = try #require(
            CurvePoints([0.1, 0.4, 0.35, 0.8], [false, false, true, true]))
        #expect(curve.auc == 0.75)
        #expect(abs(curve.averagePrecision - 0.8333333333333333) < 1e-15)
        #expect(
            curve.roc == [.init(0, 0), .init(0, 0.5), .init(0.5, 0.5), .init(0.5, 1), .init(1, 1)])
    }

    @Test func `ties are one step, and one-sided questions have no curve`() throws {
        let tied = try #require(CurvePoints([1, 1, 1, 0], [true, false, true, false]))
        #expect(tied.roc == [.init(0, 0), .init(0.5, 1), .init(1, 1)])
        #expect(tied.auc == 0.75)
        #expect(abs(tied.averagePrecision - 2.0 / 3) < 1e-15)
        #expect(CurvePoints([1, 0], [true, true]) == nil)
        #expect(CurvePoints([], []) == nil)
    }

    @Test func `the mean curves' areas are the means of the areas`() throws {
        var seed: UInt64 = 7
        func random() -> Double {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(seed >> 40) / Double(1 << 24)
        }
        let curves = (0..<5).compactMap { _ in
            let labels = (0..<300).map { _ in random() < 0.3 }
            return CurvePoints(labels.map { random() + ($0 ? 0.4 : 0) }, labels)
        }
        #expect(curves.count == 5)
        func area(_ points: [Figure.Point]) -> Double {
            zip(points, points.dropFirst()).reduce(0) {
                $0 + ($1.1.x - $1.0.x) * ($1.1.y + $1.0.y) / 2
            }
        }
        let mean = curves.reduce(0) { $0 + $1.auc } / 5
        #expect(abs(area(CurvePoints.meanROC(curves)) - mean) < 0.003)
        let precision = curves.reduce(0) { $0 + $1.averagePrecision } / 5
        #expect(abs(area(CurvePoints.meanSteps(curves)) - precision) < 0.003)
        #expect(abs(area(curves[0].steps) - curves[0].averagePrecision) < 1e-12)
    }
}

@Suite struct EvenSampleTests {
    private let a = ClassLabel(id: 1, name: "a")
    private let b = ClassLabel(id: 2, name: "b")

    @Test func `small tables stay whole and large ones give every class the same`() {
        let small = EvenSample.rows([[a, b, a], [nil]], limit: 10)
        #expect(small == [[0, 1, 2], [0]])
        let labels = Array(repeating: Optional(a), count: 500) + [b, b] + [nil]
        let rows = EvenSample.rows([labels, labels], limit: 46)
        #expect(rows.allSatisfy { $0.count == 23 && $0 == $0.sorted() })
        #expect(rows[0].filter { $0 < 500 }.count == 20)
        #expect(rows[0].suffix(3) == [500, 501, 502])
        #expect(rows == EvenSample.rows([labels, labels], limit: 46))
    }

    @Test func `more classes than points are cut`() {
        let labels = (0..<100).map { Optional(ClassLabel(id: $0, name: "")) }
        #expect(EvenSample.rows([labels], limit: 10)[0].count == 10)
    }
}
