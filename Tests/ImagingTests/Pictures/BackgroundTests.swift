import CambiumFiles
import CambiumImaging
import Testing

/// One file of `Fixtures/background.json` and what Pillow makes of it before a background.
struct TransparentCase: CustomStringConvertible, Sendable {
    let name: String
    var description: String { name }
    let file: [UInt8]
    let isTransparent: Bool
    /// By background.
    let digests: [String: String]

    static let all = (Fixture.json("background.json").array ?? []).map { json in
        TransparentCase(
            name: json[text: "name"], file: json[bytes: "file"],
            isTransparent: json["transparent"] == true,
            digests: (json["rgb"]?.object ?? [:]).compactMapValues(\.string))
    }
}

@Suite struct BackgroundTests {
    @Test func `the fixture is there`() { #expect(TransparentCase.all.count == 10) }

    @Test(arguments: TransparentCase.all)
    func `pictures before a background equal Pillow's`(_ file: TransparentCase) throws {
        #expect(file.digests.count == 4)
        for (name, digest) in file.digests {
            var reading = ImageReading()
            reading.background = try Background(parsing: name)
            let decoded = try ImageDecoder.decode(file.file, reading: reading)
            #expect(Digest.sha256(decoded.image.pixels) == digest, "\(name)")
            #expect((decoded.warning?.contains("transparent pixels") == true) == file.isTransparent)
        }
    }

    @Test(arguments: ["white", "black", "keep", "#3366cc", "#00000a"])
    func `a background reads back as it was written`(text: String) throws {
        var reading = ImageReading()
        reading.background = try Background(parsing: text)
        #expect(reading.background.text == text)
        let json = JSON.encode(reading)
        #expect(try JSON.decode(ImageReading.self, from: json) == reading)
        #expect((json["background"] == nil) == (text == "keep"))
    }

    @Test(arguments: ["", "blue", "#12345", "#12345g", "#-12345", "ffffff", "#1234567", "White"])
    func `what is no colour is refused`(text: String) {
        #expect(throws: ImageError.self) { try Background(parsing: text) }
    }
}
