import CambiumCorpus
import CambiumFiles
import CambiumImaging
import CambiumTestFolders
import Foundation
import Testing

/// Pictures with transparent pixels, whose hidden colours are black.
@Suite struct TransparencyPreparationTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// RGBA files of Pillow's: a green bar on what is transparent and black below.
    private func fill(transparent: Bool) throws {
        let cases = try #require(
            JSON(file: Repository.fixture("ImagingTests", "background.json")).array)
        let name = transparent ? "RGBA, black under what is not drawn" : "RGBA, all opaque"
        let file = try #require(cases.first { $0["name"]?.string == name })
        let bytes = try #require(Data(base64Encoded: file["file"]?.string ?? ""))
        for (label, number) in [("a", 1), ("b", 2), ("c", 3)] {
            for copy in 0..<4 {
                try scratch.write(Array(bytes), to: "in/\(label)/\(number)-\(copy).png")
            }
        }
    }

    private func prepare(
        _ change: (inout PrepareOptions) -> Void = { _ in }
    ) throws -> (summary: PrepareSummary, corner: UInt8, manifest: JSON) {
        var options = PrepareOptions(folder: "\(scratch.path)/in", out: "\(scratch.path)/out")
        (options.size, options.workers, options.duplicates) = (16, 1, .report)
        change(&options)
        try? FileSystem.remove(options.out)
        let summary = try Preparation(options).run()
        let table = try ImageTable("\(options.out)/train_images.tsv")
        return (
            summary, try ImageDecoder.decode(table.bytes(0)).image.pixels[0],
            try JSON(file: "\(options.out)/dataset.json")
        )
    }

    @Test func `white is put behind them, counted, and stands in the recipe`() throws {
        try fill(transparent: true)
        let (summary, corner, manifest) = try prepare()
        #expect(corner > 245)
        #expect(manifest["background"] == "white")
        #expect(try JSON.decode(ImageReading.self, from: manifest).background == .white)
        let told = summary.notes.first { $0.contains("transparent pixels: white") }
        #expect(told?.hasPrefix("12 images: ") == true, "\(summary.notes)")
    }

    @Test func `what is asked for is done`() throws {
        try fill(transparent: true)
        let (summary, corner, manifest) = try prepare { $0.background = .keep }
        #expect(corner < 10 && manifest["background"] == nil)
        #expect(summary.notes.contains { $0.contains("hidden colours are shown") })
        try scratch.write("name: x\nbackground: '#808080'\n", to: "prep.yaml")
        let grey = try prepare { $0.configuration = "\(scratch.path)/prep.yaml" }
        #expect((120...136).contains(grey.corner) && grey.manifest["background"] == "#808080")
    }

    @Test func `where nothing is transparent there is no background in the recipe`() throws {
        try fill(transparent: false)
        let (summary, _, manifest) = try prepare()
        #expect(manifest["background"] == nil)
        #expect(!summary.notes.contains { $0.contains("transparent") })
        let asked = try prepare { $0.background = .black }
        #expect(asked.manifest["background"] == "black")
    }
}
