import CambiumFiles
import CambiumImaging
import Testing

@Suite struct ImageDecoderTests {
    @Test func `the fixture is there`() {
        #expect(PillowCase.all.count > 100)
        #expect(PillowCase.all.filter { $0.error != nil }.count >= 10)
    }

    @Test(arguments: PillowCase.all.filter { $0.error == nil })
    func `pixels equal Pillow's`(_ file: PillowCase) throws {
        let image = try ImageDecoder.decode(file.file).image
        #expect(image.width == file.width)
        #expect(image.height == file.height)
        #expect(Digest.sha256(image.pixels) == file.digest)
    }

    @Test(arguments: PillowCase.all.filter { $0.error != nil })
    func `what Pillow refuses is refused`(_ file: PillowCase) {
        #expect(throws: ImageError.self) { try ImageDecoder.decode(file.file) }
    }

    @Test(arguments: [
        ("jpeg cut in the picture", "truncated JPEG: the file ends before the picture does"),
        ("jpeg without end marker", "truncated JPEG: the file ends before"),
        ("png cut in the picture", "truncated PNG: the file ends before the picture does"),
        ("png with a broken stream", "broken PNG: bad adaptive filter value (byte"),
        ("png 60000x60000 header", "60000 x 60000 pixels are more than the limit of 178956970"),
        ("text", "not a JPEG, PNG or DICOM image (it looks like text)"),
        ("empty", "the file is empty"),
    ])
    func `the sentence says what is wrong`(_ name: String, _ sentence: String) throws {
        let file = try #require(PillowCase.named(name))
        let error = #expect(throws: ImageError.self) { try ImageDecoder.decode(file.file) }
        #expect(error?.description.contains(sentence) == true, "\(String(describing: error))")
    }

    @Test func `image data that ends at an early marker is no picture`() throws {
        let whole = try #require(PillowCase.named("jpeg 4:4:4")).file
        let early = whole.dropLast(whole.count / 3) + [0xFF, 0xD9]
        let error = #expect(throws: ImageError.self) { try ImageDecoder.decode(Array(early)) }
        guard case .truncated(.jpeg, _, let row, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect((1..<23).contains(row))
    }

    @Test func `16-bit grey comes with a warning, other pictures without`() throws {
        let deep = try #require(PillowCase.named("png grey 16 bit"))
        #expect(try ImageDecoder.decode(deep.file).warning?.contains("clipped to 255") == true)
        let plain = try #require(PillowCase.named("png RGB 8 bit"))
        #expect(try ImageDecoder.decode(plain.file).warning == nil)
        #expect(try ImageDecoder.decode(plain.file).format == .png)
    }

    @Test func `16-bit grey follows a recipe`() throws {
        let deep = try #require(PillowCase.named("png grey 16 bit")).file
        func pixels(_ recipe: IntensityRecipe) throws -> [UInt8] {
            let decoded = try ImageDecoder.decode(deep, reading: ImageReading(intensity: recipe))
            #expect(decoded.warning == nil)
            return decoded.image.pixels
        }
        let full = try pixels(.full)
        let stretched = try pixels(.percentiles(low: 0, high: 100))
        #expect(stretched.min() == 0 && stretched.max() == 255)
        // The windows of all 16 bits and of the values that are there, by LINEAR's ends.
        #expect(try pixels(.window(center: 32768, width: 65536)) == full)
        #expect(full != (try ImageDecoder.decode(deep).image.pixels))
    }

    @Test(arguments: [
        ("png without end chunk", "without its end chunk"),
        ("png with a damaged end chunk", "damaged data after the picture"),
        ("jpeg with zeros for its end marker", "without its end marker"),
    ])
    func `a complete picture in a damaged file is mentioned`(
        _ name: String, _ part: String
    ) throws {
        let file = try #require(PillowCase.named(name))
        let warning = try ImageDecoder.decode(file.file).warning
        #expect(warning?.contains(part) == true, "\(String(describing: warning))")
    }

    @Test func `limits are the caller's`() throws {
        let file = try #require(PillowCase.named("png RGB 8 bit"))
        let pixels = file.width * file.height
        _ = try ImageDecoder.decode(file.file, limits: ImageLimits(maxPixels: pixels))
        #expect(
            throws: ImageError.tooManyPixels(
                width: file.width, height: file.height, limit: pixels - 1)
        ) {
            try ImageDecoder.decode(file.file, limits: ImageLimits(maxPixels: pixels - 1))
        }
        #expect(throws: ImageError.tooManyBytes(count: file.file.count, limit: 10)) {
            try ImageDecoder.decode(file.file, limits: ImageLimits(maxBytes: 10))
        }
    }
}
