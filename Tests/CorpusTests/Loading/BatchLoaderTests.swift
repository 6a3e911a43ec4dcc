import CambiumCorpus
import CambiumFiles
import CambiumImaging
import Testing

@Suite struct BatchLoaderTests {
    let scratch: Scratch
    let source: ImageFiles

    init() throws {
        scratch = try Scratch()
        for number in 0..<11 {
            try scratch.write(PNGEncoder.encode(picture(number)), to: "c/\(number + 10).png")
        }
        source = try ImageFiles(folder: scratch.path)
    }

    /// Numbers that depend on the picture and on the generator.
    static let transform: PixelTransform = { image, generator in
        [Float(image.pixels[5]), Float(generator.uniform()), Float(image.width)]
    }

    func load(
        _ rows: [Int], workers: Int, epoch: Int = 0, cache: ImageCache? = nil
    ) throws -> [Float] {
        let loader = BatchLoader(
            source, rows: rows, batchSize: 4, seed: 3, epoch: epoch, workers: workers,
            cache: cache, transform: Self.transform)
        var pixels: [Float] = []
        var seen: [Int] = []
        while let batch = try loader.next() {
            pixels += batch.pixels
            seen += batch.rows
        }
        #expect(seen == rows)
        return pixels
    }

    @Test func `the same numbers at any number of workers, with and without the cache`() throws {
        let rows = EpochOrder(count: source.count, seed: 9).rows(epoch: 2)
        let expected = try load(rows, workers: 1)
        #expect(expected.count == 11 * 3)
        let cache = ImageCache(budget: 1000)
        for workers in [2, 5] {
            #expect(try load(rows, workers: workers) == expected)
            #expect(try load(rows, workers: workers, cache: cache) == expected)
        }
        #expect(try load(rows, workers: 1, epoch: 1) != expected)
    }

    @Test func `beginning in the middle of an epoch gives the rest of it`() throws {
        let rows = EpochOrder(count: source.count, seed: 9).rows(epoch: 0)
        let whole = try load(rows, workers: 2)
        #expect(try load(Array(rows.dropFirst(4)), workers: 3) == Array(whole.dropFirst(12)))
    }

    @Test func `an order is a permutation that seed and epoch alone decide`() {
        let order = EpochOrder(count: 50, seed: 1)
        #expect(order.rows(epoch: 3).sorted() == Array(0..<50))
        #expect(order.rows(epoch: 3) == EpochOrder(count: 50, seed: 1).rows(epoch: 3))
        #expect(order.rows(epoch: 3) != order.rows(epoch: 4))
        #expect(order.rows(epoch: 3) != EpochOrder(count: 50, seed: 2).rows(epoch: 3))
        #expect(EpochOrder(count: 3, seed: 1, shuffle: false).rows(epoch: 5) == [0, 1, 2])
    }

    @Test func `an image that cannot be decoded is named, after the batches before it`() throws {
        let bytes = try PNGEncoder.encode(picture(1))
        try scratch.write(Array(bytes.prefix(70)), to: "c/15.png")
        let loader = BatchLoader(
            source, rows: Array(0..<11), batchSize: 4, workers: 3, transform: Self.transform)
        #expect(try loader.next()?.rows == [0, 1, 2, 3])
        let error = failure { _ = try loader.next() }
        #expect(error?.description.hasPrefix("c/15.png: truncated PNG") == true)
    }

    @Test func `letting go early stops the workers`() throws {
        for _ in 0..<20 {
            let loader = BatchLoader(
                source, rows: Array(0..<11), batchSize: 2, workers: 3, transform: Self.transform)
            #expect(try loader.next()?.pixels.count == 6)
        }
    }

    @Test func `a folder's images are those whose bytes say so, in byte order`() throws {
        try scratch.write("no image", to: "c/note.png")
        try scratch.write(PNGEncoder.encode(picture(1)), to: "c d/x%\t肺")
        try scratch.write(PNGEncoder.encode(picture(1)), to: ".hidden/x.png")
        let source = try ImageFiles(folder: scratch.path)
        #expect(source.count == 12 && source.key(0) == "c d/x%25%09肺")
        #expect(source.passedOver.map(\.path) == [".hidden", "c/note.png"])
    }
}
