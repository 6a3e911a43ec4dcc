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
}
