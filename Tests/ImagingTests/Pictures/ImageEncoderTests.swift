import CambiumFiles
import CambiumImaging
import Testing

@Suite struct ImageEncoderTests {
    static let cases = PillowCase.all.filter { !$0.encoded.isEmpty }

    @Test func `there are cases`() { #expect(Self.cases.count >= 7) }

    @Test(arguments: cases)
    func `JPEG files equal Pillow's byte for byte`(_ file: PillowCase) throws {
        let image = try ImageDecoder.decode(file.file).image
        for target in file.encoded {
            let bytes = try JPEGEncoder.encode(image, quality: target.quality)
            #expect(Digest.sha256(bytes) == target.digest, "quality \(target.quality)")
        }
    }

    @Test func `PNG keeps every pixel`() throws {
        let file = try #require(PillowCase.named("resize noise"))
        let image = try ImageDecoder.decode(file.file).image
        #expect(try ImageDecoder.decode(PNGEncoder.encode(image)).image == image)
    }

    @Test func `what cannot be written is refused with its size`() {
        let long = RGBImage(
            width: 65_501, height: 1, pixels: [UInt8](repeating: 0, count: 65_501 * 3))
        let error = #expect(throws: ImageError.self) { try JPEGEncoder.encode(long) }
        #expect(error?.description.contains("65501 x 1") == true)
        #expect(throws: ImageError.self) { try JPEGEncoder.encode(long, quality: 0) }
        #expect(throws: ImageError.self) { try JPEGEncoder.encode(long, quality: 101) }
    }
}
