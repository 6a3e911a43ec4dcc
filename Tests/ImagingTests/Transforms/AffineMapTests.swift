import CambiumFiles
import CambiumImaging
import Testing

@Suite struct AffineMapTests {
    static let fixture = ImageTransformTests.fixture
    static let planes = FloatPlanes(
        width: 6, height: 4, values: fixture["image"]?[floats: "values"] ?? [])

    @Test func `sampling equals torch's grid_sample`() {
        let targets = Self.fixture[list: "affine"]
        #expect(targets.count == 4)
        for target in targets {
            let matrix = target[matrix: "matrix"].map { $0.map { Float($0) } }
            let values = Self.planes.sampled(AffineMap(matrix: matrix)).values
            #expect(difference(values, target[floats: "values"]) < 3e-6, "\(matrix)")
        }
    }

    @Test func `colour changes equal torchvision's`() throws {
        let targets = Self.fixture[list: "color"]
        #expect(targets.count == 9)
        for target in targets {
            var planes = Self.planes
            let factor = Float(target[double: "factor"])
            switch target[text: "kind"] {
            case "brightness": planes.adjustBrightness(factor)
            case "contrast": planes.adjustContrast(factor)
            case "saturation": planes.adjustSaturation(factor)
            default: Issue.record("unknown kind")
            }
            #expect(difference(planes.values, target[floats: "values"]) < 2e-6, "\(target)")
        }
    }

    @Test func `a rotation keeps the shape of what it turns, whatever the picture's aspect`() {
        var augmentation = Augmentation()
        augmentation.rotation = 40
        for seed in 0..<20 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let map = AffineMap(augmentation, width: 30, height: 10, using: &generator).matrix
            // In pixels the columns are orthonormal.
            let x = (map[0][0], map[1][0] * 10 / 30)
            let y = (map[0][1] * 30 / 10, map[1][1])
            #expect(abs(x.0 * x.0 + x.1 * x.1 - 1) < 1e-6)
            #expect(abs(x.0 * y.0 + x.1 * y.1) < 1e-6)
            #expect(map[0][2] == 0 && map[1][2] == 0)
        }
    }
}
