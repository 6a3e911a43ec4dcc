import CambiumCorpus
import CambiumFiles
import CambiumImaging
import Foundation
import Testing

/// A smooth picture that differs for each number: a few waves of random direction.
func texture(_ number: Int, width: Int = 64, height: Int = 64) -> RGBImage {
    var generator = SeededGenerator(seed: 11, UInt64(number))
    let waves = (0..<12).map { _ in
        (generator.uniform() * 9 - 4.5, generator.uniform() * 9 - 4.5, generator.uniform() * 6.3)
    }
    var grey: [UInt8] = []
    for row in 0..<height {
        for column in 0..<width {
            let (x, y) = (Double(column) / Double(width), Double(row) / Double(height))
            let sum = waves.reduce(0) { $0 + sin(6.283 * ($1.0 * x + $1.1 * y) + $1.2) }
            grey.append(UInt8(min(max(128 + 22 * sum, 0), 255)))
        }
    }
    return RGBImage(width: width, height: height, grey: grey)
}

/// The picture with every level times a factor.
func brighter(_ image: RGBImage, _ percent: Int) -> RGBImage {
    RGBImage(
        width: image.width, height: image.height,
        pixels: image.pixels.map { UInt8(min(255, Int($0) * percent / 100)) })
}

@Suite struct DuplicatesTests {
    func store(_ images: [RGBImage]) throws -> FingerprintStore {
        var store = try FingerprintStore(in: NSTemporaryDirectory())
        for image in images { try store.append(ImageFingerprint(image)) }
        return store
    }

    @Test func `planted copies are found, others are not`() throws {
        var images = (0..<60).map { texture($0, width: 128, height: 128) }
        images.append(images[3])
        images.append(images[7].resized(width: 80, height: 96))
        images.append(try ImageDecoder.decode(JPEGEncoder.encode(images[11], quality: 30)).image)
        images.append(brighter(images[20], 80))
        let box = ImageBox(left: 2, top: 3, right: 126, bottom: 127)
        images.append(images[31].resized(width: 124, height: 124, box: box))
        let found = try Duplicates(store(images), workers: 2)
        #expect(
            found.clusters.map(\.rows) == [[3, 60], [7, 61], [11, 62], [20, 63], [31, 64]])
        #expect(found.clusters.map(\.isExact) == [true, false, false, false, false])
        #expect(
            found.pairs.map(\.match?.change) == [
                nil, .some(.none), .some(.none),
                .some(.none), .some(.crop),
            ])
        #expect(found.withoutStructure == 0 && found.skipped == 0)
        let one = try Duplicates(store(images), workers: 1)
        #expect(one.pairs == found.pairs && one.clusters == found.clusters)
    }

    @Test func `thousands of equal and of nearly black images do no harm`() throws {
        let black = RGBImage(width: 16, height: 16, pixels: [UInt8](repeating: 0, count: 768))
        var images = [RGBImage](repeating: black, count: 3000)
        for number in 0..<300 {
            var image = black
            image.pixels[number] = 1
            images.append(image)
        }
        let found = try Duplicates(store(images), workers: 2)
        #expect(found.clusters.map(\.rows) == [Array(0..<3000)])
        #expect(found.pairs.count == 2999 && found.withoutStructure == 301)
    }

    @Test func `images that are all alike are joined without all pairs`() throws {
        let base = texture(1)
        let images = (0..<400).map { number -> RGBImage in
            var image = base
            image.pixels[number * 3] ^= 1
            return image
        }
        let found = try Duplicates(store(images), workers: 2)
        #expect(found.clusters.map(\.rows) == [Array(0..<400)])
        #expect(found.pairs.count <= 400 * 64 && found.skipped > 0)
    }

    @Test func `a crop joins the picture it was cut from, not one that is alike`() throws {
        let first = texture(4, width: 128, height: 128)
        // A fine pattern makes it another picture, but not one that a crop could tell apart.
        var next = first
        for place in next.pixels.indices {
            let (row, column) = (place / 3 / 128, place / 3 % 128)
            let level = Int(next.pixels[place]) + ((row / 4 + column / 4) % 2 == 0 ? 5 : -5)
            next.pixels[place] = UInt8(min(max(level, 0), 255))
        }
        let box = ImageBox(left: 4, top: 0, right: 128, bottom: 123)
        let crop = first.resized(width: 124, height: 123, box: box)
        let alone = try Duplicates(store([next, crop]), workers: 1)
        #expect(alone.clusters.map(\.rows) == [[0, 1]])
        let found = try Duplicates(store([next, first, crop]), workers: 2)
        #expect(found.clusters.map(\.rows) == [[1, 2]])
    }

    @Test func `chosen rows are numbered from zero`() throws {
        let images = [texture(1), texture(2), texture(3), texture(2), texture(1)]
        let found = try Duplicates(store(images), rows: [1, 2, 3], workers: 1)
        #expect(found.clusters.map(\.rows) == [[0, 2]])
    }
}

@Suite struct PreparedDuplicatesTests {
    let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        for number in 0..<40 {
            try scratch.write(
                PNGEncoder.encode(texture(number)),
                to: "in/\(number % 2 == 0 ? "a" : "b")/\(number)")
        }
    }

    func copy(_ number: Int, to name: String, _ change: (RGBImage) -> RGBImage = { $0 }) throws {
        try scratch.write(PNGEncoder.encode(change(texture(number))), to: "in/\(name)")
    }

    @discardableResult
    func prepare(
        _ out: String, _ change: (inout PrepareOptions) -> Void = { _ in }
    ) throws -> PrepareSummary {
        var options = PrepareOptions(folder: "\(scratch.path)/in", out: "\(scratch.path)/\(out)")
        options.size = 64
        change(&options)
        return try Preparation(options).run()
    }

    func text(_ name: String) throws -> String {
        try FileSystem.readText("\(scratch.path)/\(name)")
    }

    func split(of key: String, in out: String) throws -> String? {
        try ["train", "validation", "test"].first { name in
            try text("\(out)/\(name)_text.tsv").split(separator: "\n").contains {
                $0.hasPrefix("\(key)\t")
            }
        }
    }

    @Test func `without duplicates nothing changes`() throws {
        let summary = try prepare("out")
        try prepare("told") { $0.duplicates = .report }
        #expect(summary.notes == [])
        let names = try FileSystem.names(in: "\(scratch.path)/out")
        #expect(!names.contains("duplicates.tsv"))
        for name in names where name != "dataset.json" {
            #expect(try text("out/\(name)") == text("told/\(name)"), "\(name)")
        }
        let facts = try JSON(file: "\(scratch.path)/out/dataset.json")
        #expect(facts["split"]?["rule"] == "stratified")
        #expect(facts["duplicates"]?["exact_clusters"] == 0)
        #expect(facts["duplicates"]?["rule"] == "together")
    }

    @Test func `copies stay in one split and are listed`() throws {
        for number in 0..<12 {
            try copy(number, to: "\(number % 2 == 0 ? "a" : "b")/z\(number)") {
                number % 3 == 0 ? $0 : brighter($0, 85)
            }
        }
        try copy(14, to: "b/conflict")
        let summary = try prepare("out")
        for number in 0..<12 {
            let folder = number % 2 == 0 ? "a" : "b"
            let (first, second) = ("\(folder)/\(number)", "\(folder)/z\(number)")
            #expect(try split(of: first, in: "out") == split(of: second, in: "out"))
        }
        #expect(try split(of: "a/14", in: "out") == split(of: "b/conflict", in: "out"))
        let facts = try JSON(file: "\(scratch.path)/out/dataset.json")["duplicates"]
        #expect(facts?["exact_clusters"] == 5 && facts?["near_clusters"] == 8)
        #expect(facts?["across_classes"] == 1 && facts?["across_splits"] == 0)
        #expect(facts?["kept_from_crossing_splits"]?.integer ?? 0 > 0)
        let rows = try text("out/duplicates.tsv").split(separator: "\n")
        #expect(rows.count == 26)
        #expect(rows.contains { $0.hasPrefix("1\texact\t0\ta/0\ta\t") })
        #expect(summary.notes.count { $0.hasPrefix("duplicates: 5 clusters") } == 1)
        try prepare("again") { $0.workers = 3 }
        for name in try FileSystem.names(in: "\(scratch.path)/out") {
            #expect(try text("out/\(name)") == text("again/\(name)"), "\(name)")
        }
    }

    @Test func `report keeps the stratified split, drop leaves copies of a class out`() throws {
        try copy(2, to: "a/copy")
        try copy(4, to: "b/copy")
        try prepare("told") { $0.duplicates = .report }
        let told = try JSON(file: "\(scratch.path)/told/dataset.json")
        #expect(told["split"]?["rule"] == "stratified" && told["counts"]?["total"] == 42)
        #expect(told["duplicates"]?["exact_clusters"] == 2)
        try prepare("dropped") { $0.duplicates = .drop }
        let dropped = try JSON(file: "\(scratch.path)/dropped/dataset.json")
        #expect(dropped["counts"]?["total"] == 41 && dropped["duplicates"]?["dropped"] == 1)
        #expect(try text("dropped/rejected.tsv") == "a/copy\tcopy: equal to a/2\n")
        #expect(try split(of: "a/4", in: "dropped") == split(of: "b/copy", in: "dropped"))
    }

    @Test func `groups that share duplicates are united, groups tsv keeps their names`() throws {
        try copy(0, to: "a/P1_x")
        try copy(1, to: "b/P1_y")
        try copy(0, to: "b/P2_x")
        try copy(3, to: "a/P2_y")
        try prepare("out") { $0.groupBy = "([^/_]+)(_[xy])?$" }
        let splits = try ["a/P1_x", "b/P1_y", "b/P2_x", "a/P2_y", "a/0", "b/1", "b/3"].map {
            try split(of: $0, in: "out")
        }
        #expect(Set(splits).count == 1)
        let groups = try text("out/groups.tsv").split(separator: "\n")
        #expect(groups.contains("a/P1_x\tP1") && groups.contains("b/P2_x\tP2"))
    }
}
