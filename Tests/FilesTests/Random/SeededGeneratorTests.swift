import CambiumFiles
import Testing

/// Vectors from an independent computation in Python of the algorithms in the documentation.
@Suite struct SeededGeneratorTests {
    @Test func `bits are pinned`() {
        var plain = SeededGenerator(seed: 0)
        #expect(
            (0..<3).map { _ in plain.next() } == [
                0xa706_dd2f_4d19_7e6f, 0xb382_a305_f441_4f5e, 0x631a_9154_fbab_f717,
            ])
        var streams = SeededGenerator(seed: 42, 3, 7)
        #expect(
            (0..<3).map { _ in streams.next() } == [
                0x4064_f35c_bc53_3b4e, 0x04f8_4598_3a14_0768, 0x567b_dfe2_27c9_154c,
            ])
    }

    @Test func `uniform numbers are pinned`() {
        var generator = SeededGenerator(seed: 1, 2)
        #expect(
            (0..<3).map { _ in generator.uniform() } == [
                0.6839113016994032, 0.9190407477710408, 0.09686392592021564,
            ])
    }

    @Test func `indices are pinned, also where many draws are rejected`() {
        var small = SeededGenerator(seed: 5)
        #expect(
            (0..<12).map { _ in small.index(below: 10) } == [9, 1, 8, 7, 2, 9, 8, 6, 5, 7, 3, 1])
        var large = SeededGenerator(seed: 5)
        #expect(
            (0..<4).map { _ in large.index(below: 3 << 61) } == [
                6_778_081_105_001_969_875, 732_351_273_166_907_955,
                5_975_798_504_506_437_757, 5_382_105_293_101_385_865,
            ])
    }

    @Test func `normal numbers are pinned and have mean 0 and variance 1`() {
        var generator = SeededGenerator(seed: 9)
        let first = [
            1.8029394504875695, 1.1356041104742902, 0.3465652470412489, 0.3359009315558745,
        ]
        for value in first { #expect(abs(generator.normal() - value) < 1e-14) }
        let values = (0..<20_000).map { _ in generator.normal() }
        let mean = values.reduce(0, +) / 20_000
        let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 20_000
        #expect(abs(mean) < 0.03)
        #expect(abs(variance - 1) < 0.03)
    }

    @Test func `the order of a shuffle is pinned`() {
        var generator = SeededGenerator(seed: 7)
        var elements = Array(0..<10)
        generator.shuffle(&elements)
        #expect(elements == [6, 1, 8, 3, 0, 2, 9, 4, 5, 7])
    }

    @Test func `streams differ from each other and from their sum`() {
        let starts = [
            SeededGenerator(seed: 1), SeededGenerator(seed: 1, 0), SeededGenerator(seed: 1, 0, 0),
            SeededGenerator(seed: 1, 1), SeededGenerator(seed: 2), SeededGenerator(seed: 1, 1, 2),
            SeededGenerator(seed: 1, 2, 1), SeededGenerator(seed: 1, 3),
        ].map { generator in
            var generator = generator
            return generator.next()
        }
        #expect(Set(starts).count == starts.count)
    }

    @Test(arguments: [(0.2, 0.2), (1.0, 1.0), (0.8, 0.8), (2.0, 5.0), (0.001, 0.001)])
    func `beta numbers have the mean and variance of their distribution`(a: Double, b: Double) {
        var generator = SeededGenerator(seed: 3)
        let values = (0..<20_000).map { _ in generator.beta(a, b) }
        #expect(values.allSatisfy { (0...1).contains($0) })
        let mean = values.reduce(0, +) / 20_000
        let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 20_000
        #expect(abs(mean - a / (a + b)) < 0.012)
        #expect(abs(variance - a * b / ((a + b) * (a + b) * (a + b + 1))) < 0.006)
    }
}
