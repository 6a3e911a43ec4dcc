import CambiumFiles
import CambiumTestFolders
import Foundation
import Testing

/// Every colour type through the program, against what Pillow makes of the same files.
@Suite struct ColourTypeTests {
    private let bench: Bench
    private let cases: [JSON]

    init() throws {
        bench = try Bench()
        let file = Repository.fixture("ImagingTests", "colours.json")
        cases = try JSON(file: file)["cases"]?.array ?? []
        for entry in cases {
            let (name, file) = (try #require(entry["name"]?.string), entry["file"]?.string ?? "")
            try bench.folder.write(
                Array(try #require(Data(base64Encoded: file))), to: "all/class/\(name)")
        }
    }

    /// Digests of the pixels that `embed` sees, by the file's name.
    private func digests(of images: String, _ name: String) throws -> [String: String] {
        let table = bench.place("\(name).npy")
        let result = try Program.run(
            "embed", "--model", "raw-pixels:24", "--images", images, "--out", table, "-q")
        #expect(result.status == 0 && result.stderr.isEmpty, "\(result.stderr)")
        let keys = try FileSystem.readText(bench.place("\(name).keys.tsv")).split(separator: "\n")
        let pixels = try NPY(table).floats().map { UInt8(($0 * 255).rounded()) }
        let size = 24 * 24 * 3
        return try Dictionary(
            uniqueKeysWithValues: keys.enumerated().map { row, line in
                let key = try #require(line.split(separator: "\t").first)
                let bytes = Array(pixels[row * size..<(row + 1) * size])
                return (FileSystem.name(String(key)), Digest.sha256(bytes))
            })
    }

    private func expectPillows(_ found: [String: String], _ member: String) throws {
        #expect(cases.count == 11 && found.count == cases.count)
        for entry in cases {
            let name = try #require(entry["name"]?.string)
            #expect(found[name] == entry[member]?.string, "\(name)")
        }
    }

    @Test func `pictures of every colour type have Pillow's pixels`() throws {
        try expectPillows(digests(of: bench.place("all"), "raw"), "pixels")
    }

    @Test func `prepared pictures of every colour type have Pillow's pixels`() throws {
        let data = bench.place("data")
        let result = try Program.run(
            "prepare", bench.place("all"), "--out", data, "--size", "24", "--split", "1,0,0",
            "--background",
            "keep", "-q")
        #expect(result.status == 0, "\(result.stderr)")
        try expectPillows(digests(of: "\(data)/train_images.tsv", "prepared"), "prepared")
    }
}
