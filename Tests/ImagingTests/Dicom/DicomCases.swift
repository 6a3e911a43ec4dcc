import CambiumFiles
import CambiumImaging

/// One file of `Fixtures/dicom.json` and what pydicom makes of it.
struct DicomCase: CustomStringConvertible, Sendable {
    let name: String
    /// What a failing test shows, instead of the bytes.
    var description: String { name }
    let file: [UInt8]
    let expected: JSON

    static let fixture = Fixture.json("dicom.json")
    static let read = cases("read")
    static let refused = cases("refused")

    private static func cases(_ list: String) -> [DicomCase] {
        fixture[list: list].map { json in
            DicomCase(name: json[text: "name"], file: json[bytes: "file"], expected: json)
        }
    }

    static func named(_ name: String) -> [UInt8] { read.first { $0.name == name }?.file ?? [] }

    func frame(_ frame: Int, _ reading: ImageReading = .init()) throws -> RGBImage {
        try file.withUnsafeBytes {
            try ImageDecoder.decode($0, reading: reading, frame: frame).image
        }
    }
}
