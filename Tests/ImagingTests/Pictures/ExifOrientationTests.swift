import CambiumFiles
import CambiumImaging
import Testing

/// One file of `Fixtures/exif.json` and what Pillow's `exif_transpose` makes of it.
struct ExifCase: CustomStringConvertible, Sendable {
    let name: String
    var description: String { name }
    let file: [UInt8]
    let width: Int
    let height: Int
    let digest: String

    static let all = (Fixture.json("exif.json").array ?? []).map { json in
        ExifCase(
            name: json[text: "name"], file: json[bytes: "file"], width: json[int: "width"],
            height: json[int: "height"], digest: json[text: "digest"])
    }
}

@Suite struct ExifOrientationTests {
    @Test func `the fixture is there`() { #expect(ExifCase.all.count == 29) }

    @Test(arguments: ExifCase.all)
    func `upright pictures equal Pillow's`(_ file: ExifCase) throws {
        let reading = ImageReading(exifOrientation: true)
        let image = try ImageDecoder.decode(file.file, reading: reading).image
        #expect((image.width, image.height) == (file.width, file.height))
        #expect(Digest.sha256(image.pixels) == file.digest)
    }

    @Test func `orientation is left alone unless it is asked for`() throws {
        let turned = try #require(ExifCase.all.first { $0.name == "jpeg < 6" })
        let plain = try #require(ExifCase.all.first { $0.name == "none" })
        #expect(try ImageDecoder.decode(turned.file).image == ImageDecoder.decode(plain.file).image)
        #expect(turned.width == plain.height)
    }

    @Test func `damaged orientations never crash`() {
        for file in ExifCase.all {
            for place in 0..<min(120, file.file.count) {
                var damaged = file.file
                damaged[place] = 0xFF
                let reading = ImageReading(exifOrientation: true)
                _ = try? ImageDecoder.decode(damaged, reading: reading)
                _ = try? ImageDecoder.decode(Array(file.file[..<place]), reading: reading)
            }
        }
    }
}
