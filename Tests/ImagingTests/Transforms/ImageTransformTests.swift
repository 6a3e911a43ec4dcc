import CambiumFiles
import CambiumImaging
import Testing

@Suite struct ImageTransformTests {
    static let fixture = Fixture.json("transforms.json")
    static let mean: [Float] = [0.485, 0.456, 0.406]
    static let std: [Float] = [0.229, 0.224, 0.225]

    /// Every level of every channel.
    static let levels = RGBImage(
        width: 16, height: 16, pixels: fixture[integers: "levels"].map { UInt8($0) })

    @Test func `evaluation equals torchvision bit for bit`() throws {
        let targets = Self.fixture[list: "evaluation"]
        #expect(targets.count == 2)
        for target in targets {
            let transform = try ImageTransform(
                width: target[int: "width"], height: target[int: "height"], mean: Self.mean,
                std: Self.std)
            #expect(digest(transform.evaluation(Self.levels)) == target[text: "sha256"])
        }
    }

    @Test func `training without augmentation is evaluation`() throws {
        let transform = try ImageTransform(
            width: 9, height: 7, mean: Self.mean, std: Self.std)
        var generator = SeededGenerator(seed: 1)
        let trained = transform.training(Self.levels, using: &generator)
        #expect(trained == transform.evaluation(Self.levels))
    }

    @Test func `the same stream gives the same numbers and another stream others`() throws {
        let transform = try ImageTransform(
            width: 20, height: 12, mean: Self.mean, std: Self.std, augmentation: Self.everything)
        func numbers(_ stream: UInt64) -> [Float] {
            var generator = SeededGenerator(seed: 3, stream)
            return transform.training(Self.levels, using: &generator)
        }
        #expect(numbers(1) == numbers(1))
        #expect(numbers(1) != numbers(2))
        for stream in 0..<50 {
            let values = numbers(UInt64(stream))
            #expect(values.count == 3 * 20 * 12)
            #expect(values.allSatisfy { $0.isFinite })
        }
    }

    @Test func `erasing sets zeros after normalisation`() throws {
        var augmentation = Augmentation()
        augmentation.erasing = 1
        augmentation.erasingArea = 0.25...0.25
        augmentation.erasingRatio = 1...1
        let transform = try ImageTransform(
            width: 16, height: 16, mean: [0.3, 0.3, 0.3], std: [1, 1, 1],
            augmentation: augmentation)
        var generator = SeededGenerator(seed: 1)
        let values = transform.training(Self.levels, using: &generator)
        #expect(values.filter { $0 == 0 }.count == 3 * 8 * 8)
    }

    @Test func `erasing sets the values asked for, or random ones`() throws {
        func erased(_ value: ErasingValue) throws -> [Float] {
            var augmentation = Augmentation()
            augmentation.erasing = 1
            augmentation.erasingArea = 0.25...0.25
            augmentation.erasingRatio = 1...1
            augmentation.erasingValue = value
            let transform = try ImageTransform(
                width: 64, height: 64, mean: [0.3, 0.3, 0.3], std: [1, 1, 1],
                augmentation: augmentation)
            var generator = SeededGenerator(seed: 1)
            return transform.training(Self.levels, using: &generator)
        }
        let threes = try erased(.values([7, 8, 9]))
        for (channel, value) in [Float(7), 8, 9].enumerated() {
            let plane = threes[(channel * 4096)..<((channel + 1) * 4096)]
            #expect(plane.filter { $0 == value }.count == 1024)
        }
        let plain = try erased(.values([100]))
        let random = try zip(erased(.random), plain).filter { $1 == 100 }.map(\.0)
        #expect(random.count == 3 * 1024 && Set(random).count > 3000)
        #expect(abs(random.reduce(0, +) / Float(random.count)) < 0.06)
        #expect(throws: ImageError.self) { try erased(.values([1, 2])) }
    }

    @Test func `flips mirror`() throws {
        var augmentation = Augmentation()
        augmentation.horizontalFlip = 1
        augmentation.verticalFlip = 1
        let plain = try ImageTransform(width: 16, height: 16, mean: Self.mean, std: Self.std)
        let flipped = try ImageTransform(
            width: 16, height: 16, mean: Self.mean, std: Self.std, augmentation: augmentation)
        var generator = SeededGenerator(seed: 1)
        let values = flipped.training(Self.levels, using: &generator)
        let expected = plain.evaluation(Self.levels)
        for channel in 0..<3 {
            let range = (channel * 256)..<((channel + 1) * 256)
            #expect(Array(values[range]) == expected[range].reversed())
        }
    }

    @Test func `noise has the asked deviation`() throws {
        var augmentation = Augmentation()
        augmentation.noise = 0.1
        let transform = try ImageTransform(
            width: 100, height: 100, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5],
            augmentation: augmentation)
        let grey = RGBImage(width: 1, height: 1, grey: [51])
        var generator = SeededGenerator(seed: 1)
        let values = transform.training(grey, using: &generator).map(Double.init)
        let mean = values.reduce(0, +) / Double(values.count)
        let spread = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count)
        #expect(abs(mean + 0.6) < 0.01)
        #expect(abs(spread.squareRoot() - 0.2) < 0.005)
    }

    @Test func `settings without sense are named`() {
        func refuse(_ part: String, _ make: () throws -> ImageTransform) {
            let error = #expect(throws: ImageError.self) { try make() }
            #expect(error?.description.contains(part) == true, "\(String(describing: error))")
        }
        refuse("size") { try ImageTransform(width: 0, height: 3, mean: Self.mean, std: Self.std) }
        refuse("mean") { try ImageTransform(width: 3, height: 3, mean: [1], std: Self.std) }
        refuse("std") { try ImageTransform(width: 3, height: 3, mean: Self.mean, std: [1, 0, 1]) }
        var augmentation = Augmentation()
        augmentation.scale = 0...1
        refuse("scale") {
            try ImageTransform(
                width: 3, height: 3, mean: Self.mean, std: Self.std, augmentation: augmentation)
        }
    }

    static var everything: Augmentation {
        var augmentation = Augmentation()
        augmentation.scale = 0.1...1
        augmentation.horizontalFlip = 0.5
        augmentation.verticalFlip = 0.5
        augmentation.trivialAugment = true
        augmentation.rotation = 30
        augmentation.affineScale = 0.5...1.5
        augmentation.anisotropy = 0.2
        augmentation.translation = 0.2
        augmentation.brightness = 0.4
        augmentation.contrast = 0.4
        augmentation.saturation = 0.4
        augmentation.noise = 0.05
        augmentation.erasing = 0.5
        return augmentation
    }
}
