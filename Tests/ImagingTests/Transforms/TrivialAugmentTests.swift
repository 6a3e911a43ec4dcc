import CambiumFiles
import CambiumImaging
import Testing

@Suite struct TrivialAugmentTests {
    static let fixture = Fixture.json("augment.json")
    static let pictures = fixture[list: "pictures"].map {
        RGBImage(width: $0[int: "width"], height: $0[int: "height"], pixels: $0[bytes: "pixels"])
    }

    @Test func `every operation, magnitude and sign equals torchvision bit for bit`() throws {
        let cases = Self.fixture[list: "trivial"]
        #expect(cases.count == 5 * 23)
        for item in cases {
            let name = item[text: "operation"]
            let operation = try #require(TrivialAugment.Operation(rawValue: name))
            let isNegative = item["negative"]?.bool == true
            let picture = Self.pictures[item[int: "picture"]]
            let bins = operation.magnitudes.isEmpty ? 0..<1 : 0..<TrivialAugment.bins
            let pixels = bins.flatMap { bin in
                TrivialAugment(operation, bin: bin, isNegative: isNegative).applied(
                    to: picture, fill: item[integers: "fill"].map { UInt8($0) }
                ).pixels
            }
            #expect(
                Digest.sha256(pixels) == item[text: "sha256"],
                "\(name), picture \(item[int: "picture"]), negative: \(isNegative)")
        }
    }

    @Test func `magnitudes equal torch's bit for bit`() {
        let magnitudes = Self.fixture["magnitudes"]?.object ?? [:]
        #expect(magnitudes.count == 11)
        for operation in TrivialAugment.Operation.allCases {
            let expected = magnitudes[operation.rawValue]?.array?.compactMap(\.number) ?? []
            #expect(operation.magnitudes.map(Double.init) == expected, "\(operation)")
        }
    }

    @Test func `operations, magnitudes and signs are drawn equally often`() {
        var generator = SeededGenerator(seed: 4)
        var counts: [TrivialAugment.Operation: Int] = [:]
        var negative = 0
        for _ in 0..<14_000 {
            let choice = TrivialAugment(using: &generator)
            counts[choice.operation, default: 0] += 1
            if choice.operation == .rotate, choice.magnitude < 0 { negative += 1 }
        }
        #expect(counts.count == 14 && counts.values.allSatisfy { (880...1120).contains($0) })
        // One of 31 rotations is by nothing.
        #expect((400...570).contains(negative))
    }

    @Test func `pictures too large for fixed point are walked all the same`() {
        let wide = RGBImage(width: 40_000, height: 2, grey: .init(repeating: 9, count: 80_000))
        let sheared = TrivialAugment(.shearX, bin: 30).applied(to: wide)
        #expect(sheared.pixels.filter { $0 == 0 }.count <= 3 * 2)
        let turned = TrivialAugment(.rotate, bin: 20).applied(to: wide)
        #expect(turned.pixels.filter { $0 == 9 }.count == 3 * 4)
    }

    @Test func `training draws one operation after the flips`() throws {
        var augmentation = Augmentation()
        augmentation.horizontalFlip = 1
        augmentation.trivialAugment = true
        let picture = Self.pictures[0]
        let scale = try ImageTransform(
            width: 24, height: 20, mean: [0, 0, 0], std: [1, 1, 1], augmentation: augmentation)
        let plain = try ImageTransform(width: 24, height: 20, mean: [0, 0, 0], std: [1, 1, 1])
        var mirrored = picture
        for row in 0..<20 {
            for column in 0..<24 {
                for channel in 0..<3 {
                    mirrored.pixels[3 * (24 * row + column) + channel] =
                        picture.pixels[3 * (24 * row + 23 - column) + channel]
                }
            }
        }
        for seed in 0..<40 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let values = scale.training(picture, using: &generator)
            var draws = SeededGenerator(seed: UInt64(seed))
            _ = draws.next()
            _ = draws.next()
            let expected = TrivialAugment(using: &draws).applied(to: mirrored)
            #expect(values == plain.evaluation(expected))
        }
    }
}
