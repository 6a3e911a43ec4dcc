import CambiumFiles
import CambiumImaging
import Testing

@Suite struct ImageFormatTests {
    @Test(
        arguments: [
            ([0xFF, 0xD8, 0xFF, 0xE1, 0], ImageFormat.jpeg),
            ([0x89, 0x50, 0x4E, 0x47, 0x0A], .png),
            ([0xFF, 0xD8, 0x00], nil), ([0x47, 0x49, 0x46, 0x38], nil), ([], nil),
        ] as [([UInt8], ImageFormat?)])
    func `first bytes claim a format`(bytes: [UInt8], format: ImageFormat?) {
        #expect(ImageFormat.claimed(by: bytes) == format)
    }

    @Test func `DICOM and NIfTI are told by their content`() {
        for file in Fixture.json("dicom.json")[list: "read"] {
            #expect(ImageFormat.claimed(by: file[bytes: "file"]) == .dicom, "\(file[text: "name"])")
        }
        let volumes = Fixture.json("volumes.json")[list: "cases"]
        #expect(volumes.contains { ImageFormat.claimed(by: $0[bytes: "file"]) == .nifti })
        #expect(volumes.allSatisfy { ImageFormat.claimed(by: $0[bytes: "file"]) != .dicom })
    }

    @Test func `names of files end in one way each`() {
        #expect(ImageFormat.allCases.map(\.fileExtension) == ["jpg", "png", "dcm", "nii"])
        #expect(ImageFormat.allCases.filter(\.isVolume) == [.nifti])
    }

    @Test func `a header's length in either order, or gzip, may be a volume`() {
        for bytes: [UInt8] in [[0x5C, 1, 0, 0, 9], [0, 0, 1, 0x5C], [0x1F, 0x8B]] {
            #expect(FileSignature.mayBeVolume(bytes))
        }
        #expect(!FileSignature.mayBeVolume([0, 0, 1, 0x5D]) && !FileSignature.mayBeVolume([]))
    }

    @Test(
        arguments: [
            (Array("RIFF....WEBPVP8 ".utf8), "a WebP"),
            (Array("....ftypheic".utf8), "a HEIF, AVIF or MP4"),
            (Array("PK\u{3}\u{4}".utf8), "a zip archive"), (Array("GIF89a".utf8), "a GIF"),
            ([0, 0, 0], "zeros only"), ([0, 1, 0], "unknown binary data"),
            (Array("a,b\n1,2\n".utf8), "text"),
            // The first 512 bytes end within a letter.
            (Array(String(repeating: "あ", count: 300).utf8), "text"),
            ([0x61, 0xC3], "unknown binary data"),
        ] as [([UInt8], String)])
    func `what is no picture is named`(bytes: [UInt8], name: String) {
        #expect(throws: ImageError.unrecognized(looksLike: name)) {
            try ImageDecoder.decode(bytes)
        }
    }
}
