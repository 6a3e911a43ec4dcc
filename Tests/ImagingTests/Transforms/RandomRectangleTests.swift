import CambiumFiles
import CambiumImaging
import Glibc
import Testing

@Suite struct RandomRectangleTests {
    @Test func `crops lie on the picture and keep to scale and ratio`() {
        for seed in 0..<500 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let part = RandomRectangle.crop(
                width: 200, height: 150, scale: 0.2...0.6, ratio: 0.75...1.25, using: &generator)
            #expect(part.left >= 0 && part.left + part.width <= 200)
            #expect(part.top >= 0 && part.top + part.height <= 150)
            let area = Double(part.width * part.height) / 30_000
            #expect((0.195...0.61).contains(area))
            #expect((0.73...1.28).contains(Double(part.width) / Double(part.height)))
        }
    }

    @Test func `where no crop fits it is the largest centred one`() {
        var generator = SeededGenerator(seed: 1)
        let wide = RandomRectangle.crop(
            width: 300, height: 10, scale: 1...1, ratio: 0.5...2, using: &generator)
        #expect(wide == PixelRectangle(left: 140, top: 0, width: 20, height: 10))
        let tall = RandomRectangle.crop(
            width: 10, height: 300, scale: 1...1, ratio: 0.5...2, using: &generator)
        #expect(tall == PixelRectangle(left: 0, top: 140, width: 10, height: 20))
    }

    @Test func `any picture has a crop, the smallest too`() {
        for (width, height) in [(1, 1), (1, 40), (40, 1), (2, 3)] {
            for seed in 0..<50 {
                var generator = SeededGenerator(seed: UInt64(seed))
                let part = RandomRectangle.crop(
                    width: width, height: height, scale: 0.08...1, ratio: 0.75...1.33,
                    using: &generator)
                #expect((1...width).contains(part.width) && (1...height).contains(part.height))
                #expect(part.left + part.width <= width && part.top + part.height <= height)
            }
        }
    }

    @Test func `erased rectangles are smaller than the picture, and none where none fits`() {
        for seed in 0..<200 {
            var generator = SeededGenerator(seed: UInt64(seed))
            guard
                let area = RandomRectangle.erasing(
                    width: 30, height: 20, area: 0.02...0.33, ratio: 0.3...3.3, using: &generator)
            else { continue }
            #expect(area.left + area.width <= 30 && area.top + area.height <= 20)
            #expect(area.width < 30 && area.height < 20)
        }
        var generator = SeededGenerator(seed: 1)
        #expect(
            RandomRectangle.erasing(
                width: 30, height: 20, area: 1...1, ratio: 1...1, using: &generator) == nil)
    }

    @Test func `erasing equals torchvision for given draws`() {
        let cases = Fixture.json("augment.json")[list: "erasing"]
        #expect(cases.count == 72)
        for item in cases {
            let (width, height) = (item[int: "width"], item[int: "height"])
            var draws = item[doubles: "draws"][...]
            var area: PixelRectangle?
            for _ in 0..<10 where area == nil {
                guard let part = draws.popFirst(), let ratio = draws.popFirst() else { break }
                guard
                    let size = RandomRectangle.erasedSize(
                        width: width, height: height, part: part, aspect: exp(ratio)),
                    let top = draws.popFirst(), let left = draws.popFirst()
                else { continue }
                area = PixelRectangle(
                    left: Int(left), top: Int(top), width: size.width, height: size.height)
            }
            #expect(draws.isEmpty)
            let box = area.map { [$0.left, $0.top, $0.width, $0.height] } ?? []
            #expect(box == item[integers: "box"])
            let values =
                item["value"]?.number.map { [Float($0)] } ?? item[floats: "value"]
            var planes = FloatPlanes(
                width: width, height: height,
                values: [Float](repeating: 7, count: 3 * width * height))
            if let area { planes.fill(area) { values[values.count == 1 ? 0 : $0] } }
            #expect(digest(planes.values) == item[text: "sha256"])
        }
    }
}
