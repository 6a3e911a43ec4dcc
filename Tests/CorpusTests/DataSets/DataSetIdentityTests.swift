import CambiumCorpus
import CambiumFiles
import CambiumImaging
import Testing

@Suite struct DataSetIdentityTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func identity() throws -> String { try DataSetIdentity("\(scratch.path)/out").text }

    /// Prepares pictures, in shards where there are several.
    private func prepare(shards: Int, first: Int = 0) throws {
        for number in 0..<12 {
            try scratch.write(
                PNGEncoder.encode(picture(number + first)), to: "in/c\(number % 2)/\(number).png")
        }
        var options = PrepareOptions(folder: "\(scratch.path)/in", out: "\(scratch.path)/out")
        (options.size, options.shards) = (16, shards)
        _ = try Preparation(options).run()
    }

    @Test(arguments: [1, 2])
    func `a data set has its digests' identity, whole or in shards`(shards: Int) throws {
        try prepare(shards: shards)
        let manifest = try JSON(file: "\(scratch.path)/out/dataset.json")["files"]?.object ?? [:]
        let tables = manifest.keys.filter { name in
            ["train_images", "train_text", "validation_images", "validation_text"].contains {
                name.hasPrefix($0) && name.hasSuffix(".tsv")
            }
        }
        let lines = try identity().split(separator: "\n")
        #expect(lines.count == tables.count && lines.count == 4 * shards)
        for name in tables {
            let digest = try #require(manifest[name]?["sha256"]?.string)
            #expect(lines.contains { $0.hasPrefix("\(name) ") && $0.hasSuffix(" \(digest)") })
        }
    }

    @Test func `other images of the same size have another identity`() throws {
        try prepare(shards: 2)
        let before = try identity()
        try FileSystem.remove("\(scratch.path)/out")
        try prepare(shards: 2)
        #expect(try identity() == before)
        try FileSystem.remove("\(scratch.path)/out")
        try prepare(shards: 2, first: 1)
        #expect(try identity() != before)
    }

    @Test func `without a manifest texts count by content and images by size`() throws {
        try scratch.write("a\tAAAA\n", to: "out/train_images-00000-of-00002.tsv")
        try scratch.write("b\tAAAA\n", to: "out/train_images-00001-of-00002.tsv")
        try scratch.write("a\t{\"class_id\": 1}\n", to: "out/train_text.tsv")
        let first = try identity()
        #expect(first.split(separator: "\n").count == 3)
        try scratch.write("a\t{\"class_id\": 2}\n", to: "out/train_text.tsv")
        let second = try identity()
        try scratch.write("b\tAAAABBBB\n", to: "out/train_images-00001-of-00002.tsv")
        #expect(try Set([first, second, identity()]).count == 3)
    }

    @Test func `a table that was changed after its preparation is not its digest's`() throws {
        try prepare(shards: 1)
        let before = try identity()
        let path = "\(scratch.path)/out/train_images.tsv"
        let table = try FileSystem.readText(path)
        let firstRow = table.prefix { $0 != "\n" }
        try FileSystem.write("\(table)\(firstRow)\n", to: path)
        #expect(try identity() != before)
    }
}
