import CambiumEncoders
import CambiumFiles
import CambiumPackaging
import Testing

@Suite struct BundleManifestTests {
    private let manifest = BundleManifest(
        mode: .zeroShot, labels: [BundleLabel(id: 1, name: "ä", text: "an ä")],
        preprocessing: Preprocessing(), logitScale: 4.5, template: "an {}", adapter: nil,
        libtorch: "2.11.0")

    @Test func `what is written is read back`() throws {
        #expect(try BundleManifest(text: manifest.document, path: "bundle.json") == manifest)
        #expect(try JSON(parsing: manifest.document)["temperature"]?.number == 90.01713130052181)
    }

    @Test func `no byte of it can change unnoticed`() throws {
        let whole = Array(manifest.document.utf8)
        for position in whole.indices {
            for bit in [UInt8(1), 0x20] {
                var bytes = whole
                bytes[position] ^= bit
                let text = String(decoding: bytes, as: UTF8.self)
                #expect(throws: PackagingError.self, "byte \(position)") {
                    try BundleManifest(text: text, path: "bundle.json")
                }
            }
        }
        for text in ["", " " + manifest.document, manifest.document + "\n"] {
            #expect(throws: PackagingError.self) { try BundleManifest(text: text, path: "b") }
        }
    }
}
