import CambiumCorpus
import CambiumImaging
import Testing

@Suite struct ImagesByKeyTests {
    @Test func `pictures of several sources, the first of equal keys`() throws {
        let scratch = try Scratch()
        for (number, name) in ["a/x.png", "a/y.png", "b/y.png", "b/z.png"].enumerated() {
            try scratch.write(PNGEncoder.encode(picture(number)), to: name)
        }
        try scratch.write(Array([0xFF, 0xD8, 0xFF, 0xE0]), to: "b/broken.jpg")
        let images = try ImagesByKey(
            ["a", "b"].map { try ImageFiles(folder: "\(scratch.path)/\($0)") })
        #expect(try images.image(of: "x.png") == picture(0))
        #expect(try images.image(of: "y.png") == picture(1))
        #expect(try images.bytes(of: "z.png") == PNGEncoder.encode(picture(3)))
        #expect(images.contains("z.png") && !images.contains("w.png"))
        #expect(try images.image(of: "w.png") == nil)
        #expect(throws: ImageError.self) { try images.image(of: "broken.jpg") }
    }
}
