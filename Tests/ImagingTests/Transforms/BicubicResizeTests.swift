import CambiumFiles
import CambiumImaging
import Testing

@Suite struct BicubicResizeTests {
    static let cases = PillowCase.all.filter { !$0.resized.isEmpty }

    @Test func `there are cases with boxes and without`() {
        let sizes = Self.cases.flatMap(\.resized)
        #expect(sizes.count > 40)
        #expect(sizes.filter { $0.box != nil }.count == 8)
    }

    @Test(arguments: cases)
    func `pixels equal Pillow's`(_ file: PillowCase) throws {
        let image = try ImageDecoder.decode(file.file).image
        for target in file.resized {
            let resized =
                if let box = target.box {
                    image.resized(width: target.width, height: target.height, box: box)
                } else {
                    image.resized(width: target.width, height: target.height)
                }
            #expect(resized.width == target.width)
            #expect(resized.height == target.height)
            #expect(
                Digest.sha256(resized.pixels) == target.digest,
                "\(target.width) x \(target.height), box \(String(describing: target.box))")
        }
    }

    @Test func `the same size is the same picture`() {
        let image = RGBImage(width: 3, height: 2, pixels: (0..<18).map { UInt8($0 * 14) })
        #expect(image.resized(width: 3, height: 2) == image)
    }

    @Test func `one colour stays that colour`() {
        let image = RGBImage(
            width: 7, height: 5, pixels: [UInt8](repeating: 131, count: 7 * 5 * 3))
        for (width, height) in [(1, 1), (3, 9), (40, 2), (64, 64)] {
            let resized = image.resized(width: width, height: height)
            #expect(resized.pixels.allSatisfy { $0 == 131 })
        }
    }
}
