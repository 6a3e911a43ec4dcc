import CambiumImaging
import Testing

@Suite struct RGBImageTests {
    private func size(_ image: RGBImage) -> [Int] { [image.width, image.height] }

    private func image(_ width: Int, _ height: Int) -> RGBImage {
        RGBImage(
            width: width, height: height, grey: [UInt8](repeating: 7, count: width * height))
    }

    @Test(arguments: [
        (300, 200, [144, 96]), (200, 519, [55, 144]), (1000, 2, [144, 1]), (144, 90, [144, 90]),
        (20, 10, [20, 10]),
    ])
    func `a fitted picture keeps its aspect and is never enlarged`(
        width: Int, height: Int, expected: [Int]
    ) {
        #expect(size(image(width, height).fitted(side: 144)) == expected)
    }

    @Test func `a picture is enlarged where asked`() {
        #expect(size(image(20, 10).fitted(side: 60, enlarges: true)) == [60, 30])
    }
}
