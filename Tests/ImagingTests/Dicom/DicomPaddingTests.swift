import CambiumImaging
import Testing

@Suite struct DicomPaddingTests {
    /// Five pixels in a row: implicit VR, no preamble.
    private func dicom(
        _ values: [Int], padding: Int? = nil, limit: Int? = nil, signed: Bool = false,
        bits: Int = 16, photometric: String = "MONOCHROME2", window: (String, String)? = nil
    ) -> [UInt8] {
        var file: [UInt8] = []
        func short(_ value: Int) -> [UInt8] {
            [UInt8(value & 0xFF), UInt8(value >> 8 & 0xFF)]
        }
        func add(_ element: Int, _ value: [UInt8], group: Int = 0x0028) {
            let value = value + (value.count % 2 == 0 ? [] : [0x20])
            file += short(group) + short(element) + short(value.count) + [0, 0] + value
        }
        add(0x0060, Array("CT".utf8), group: 0x0008)
        add(0x0002, short(1))
        add(0x0004, Array(photometric.utf8))
        add(0x0010, short(1))
        add(0x0011, short(values.count))
        add(0x0100, short(bits))
        add(0x0103, short(signed ? 1 : 0))
        if let padding { add(0x0120, short(padding)) }
        if let limit { add(0x0121, short(limit)) }
        if let window {
            add(0x1050, Array(window.0.utf8))
            add(0x1051, Array(window.1.utf8))
        }
        let pixels = bits == 8 ? values.map { UInt8($0) } : values.flatMap(short)
        add(0x0010, pixels, group: 0x7FE0)
        return file
    }

    private func greys(
        _ file: [UInt8], _ recipe: IntensityRecipe = .auto
    ) throws -> [UInt8] {
        let image = try ImageDecoder.decode(file, reading: ImageReading(intensity: recipe)).image
        return stride(from: 0, to: image.pixels.count, by: 3).map { image.pixels[$0] }
    }

    @Test func `padding has no say in the range of the values`() throws {
        let values = [-2000, 0, 50, 100, -2000]
        #expect(
            try greys(dicom(values, signed: true)) == [0, 243, 249, 255, 0])
        #expect(
            try greys(dicom(values, padding: -2000, signed: true)) == [0, 0, 128, 255, 0])
        #expect(
            try greys(
                dicom(values, padding: -2000, signed: true), .percentiles(low: 50, high: 100))
                == [0, 0, 0, 255, 0])
    }

    @Test func `a limit makes it a range, whichever end stands first`() throws {
        let values = [10, 12, 100, 200, 11]
        for (first, second) in [(10, 12), (12, 10)] {
            #expect(
                try greys(dicom(values, padding: first, limit: second)) == [0, 0, 0, 255, 0])
        }
        #expect(try greys(dicom(values, limit: 12)) == greys(dicom(values)))
    }

    @Test func `padding is black, inverted files too, by any recipe`() throws {
        let values = [4095, 0, 1000, 2000, 4095]
        let inverted = dicom(values, padding: 4095, photometric: "MONOCHROME1")
        #expect(try greys(inverted) == [0, 255, 127, 0, 0])
        #expect(try greys(inverted, .full)[0] == 0)
        #expect(try greys(inverted, .window(center: 10000, width: 10)) == [0, 255, 255, 255, 0])
        let high = dicom(values, padding: 4095, window: ("10", "10"))
        #expect(try greys(high) == [0, 0, 255, 255, 0])
        #expect(try greys(dicom([7, 200, 90, 7], padding: 200, bits: 8)) == [7, 0, 90, 7])
    }

    @Test func `only padding is a black picture with a warning`() throws {
        let file = dicom([5, 5, 5], padding: 5)
        let decoded = try ImageDecoder.decode(file)
        #expect(decoded.image.pixels.allSatisfy { $0 == 0 })
        #expect(decoded.warning?.contains("no contrast") == true)
    }

    @Test func `stored values stay as they are`() throws {
        let values = [-2000, 0, 50, 100, -2000]
        let stored = try dicom(values, padding: -2000, signed: true).withUnsafeBytes {
            try DicomImage.storedValues($0, frame: 0)
        }
        #expect(stored == values)
    }
}
