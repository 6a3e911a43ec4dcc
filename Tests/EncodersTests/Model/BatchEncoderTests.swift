import CambiumEncoders
import CambiumTorch
import Testing

@Suite struct BatchEncoderTests {
    static var configuration: ImageTextConfiguration {
        var configuration = ImageTextConfiguration()
        configuration.image = GoldenModelTests.smallImage
        configuration.text.width = 32
        configuration.text.heads = 4
        configuration.text.layers = 2
        configuration.text.vocabulary = 100
        configuration.text.contextLength = 9
        configuration.projection = 24
        return configuration
    }

    private static func model() throws -> ImageTextModel {
        try ImageTextModel(configuration, from: RandomSource(seed: 3))
    }

    private static func pixels(_ rows: Range<Int>, _ size: Int) -> [Float] {
        rows.flatMap { row in
            (0..<3 * size * size).map { Float(($0 * 7 + row * 131) % 251) / 125 - 1 }
        }
    }

    /// 33 pixels are no multiple of the stride, 64 fill up to 4 images, 96 have whole parts of one.
    @Test(arguments: [33, 64, 96], [1, 2, 5])
    func imagesEqualTheModelsOwnPassAndDoNotDependOnTheirCompany(size: Int, threads: Int) throws {
        let model = try Self.model()
        let encoder = BatchEncoder(model, height: size, width: size, threads: threads)
        let count = 37
        let own: [Float] = try withoutGradients {
            try model.embed(images: Tensor(Self.pixels(0..<count, size), [count, 3, size, size]))
                .array()
        }
        let all = try encoder.images(count) { Self.pixels($0, size) }
        #expect(all.count == count * 24)
        #expect(zip(all, own).allSatisfy { abs($0 - $1) < 1e-6 })
        for part in [0..<1, 5..<7, 20..<37] {
            let alone = try encoder.images(part.count) { rows in
                Self.pixels(
                    part.lowerBound + rows.lowerBound..<part.lowerBound + rows.upperBound, size)
            }
            let there = all[part.lowerBound * 24..<part.upperBound * 24]
            #expect(zip(alone, there).allSatisfy { abs($0 - $1) < 1e-7 })
        }
        #expect(try encoder.images(0) { _ in [] } == [])
    }

    @Test func fewRowsAreLeftToOperators() throws {
        let model = try Self.model()
        let encoder = BatchEncoder(model, height: 128, width: 128, threads: 4)
        #expect([1, 2, 3, 40].map { encoder.isWhole(images: $0) } == [true, true, false, false])
        #expect([1, 2, 3, 90].map { encoder.isWhole(texts: $0) } == [true, true, false, false])
        let alone = BatchEncoder(model, height: 96, width: 96, threads: 1)
        #expect(!alone.isWhole(images: 1) && !alone.isWhole(texts: 40))
    }

    @Test(arguments: [1, 2, 5]) func textsEqualTheModelsOwnPass(threads: Int) throws {
        let model = try Self.model()
        let encoder = BatchEncoder(model, height: 64, width: 64, threads: threads)
        let count = 41
        let ids = (0..<count).flatMap { text in
            (0..<9).map { $0 == 6 ? 99 : $0 > 6 ? 0 : ($0 * 13 + text * 5) % 98 }
        }
        let mask = (0..<count).flatMap { _ in (0..<9).map { $0 > 6 ? 0 : 1 } }
        let texts = TokenBatch(ids: ids, mask: mask, contextLength: 9)
        let own: [Float] = try withoutGradients { try model.embed(texts: texts).array() }
        let all = try encoder.texts(texts)
        #expect(all.count == count * 24)
        #expect(zip(all, own).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(try encoder.texts(TokenBatch(ids: [], mask: [], contextLength: 9)) == [])
    }

    @Test func pixelsThatDoNotFitAreAnError() throws {
        let encoder = BatchEncoder(try Self.model(), height: 64, width: 64, threads: 3)
        #expect(throws: TorchError.self) { try encoder.images(5) { _ in [1, 2, 3] } }
    }
}
