import CambiumFiles
import CambiumImaging
import Testing

@Suite struct DicomImageTests {
    @Test func `the fixture is there`() {
        #expect(DicomCase.read.count >= 39)
        #expect(DicomCase.refused.count >= 11)
    }

    @Test(arguments: DicomCase.read)
    func `stored values equal pydicom's`(_ file: DicomCase) throws {
        let values = try file.file.withUnsafeBytes { bytes in
            #expect(DicomImage.recognizes(bytes))
            let summary = try DicomImage.summary(bytes)
            #expect(summary.frames == file.expected[int: "frames"])
            return try (0..<summary.frames).flatMap {
                try DicomImage.storedValues(bytes, frame: $0)
            }
        }
        // Inverse cosine transforms differ; the levels are compared below.
        guard file.expected["lossy"]?.bool == false else { return }
        let bytes = values.flatMap { withUnsafeBytes(of: Int64($0).littleEndian, Array.init) }
        #expect(Digest.sha256(bytes) == file.expected[text: "stored"])
    }

    @Test(arguments: DicomCase.read)
    func `grey levels are within one of pydicom's`(_ file: DicomCase) throws {
        // pydicom does not know the windows of functional groups.
        guard file.name != "enhanced" else { return }
        let levels = try (0..<file.expected[int: "frames"]).flatMap { try file.frame($0).pixels }
        #expect(difference(levels.map(Double.init), file.expected[doubles: "levels"]) <= 1)
    }

    @Test(arguments: DicomCase.refused)
    func `what is no picture is refused with its reason`(_ file: DicomCase) {
        let error = #expect(throws: ImageError.self) { try ImageDecoder.decode(file.file) }
        let reason = file.expected[text: "reason"]
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }

    @Test func `frames of an enhanced file have windows of their own`() throws {
        let file = DicomCase.named("enhanced")
        for frame in 0..<3 {
            let (values, image) = try file.withUnsafeBytes {
                (
                    try DicomImage.storedValues($0, frame: frame),
                    try ImageDecoder.decode($0, frame: frame).image
                )
            }
            // Slope 2 and intercept -1000 for all; centre 1000 (frame + 1), width 3000.
            let center = 1000 * Double(frame + 1)
            for (pixel, value) in values.enumerated() {
                let place = (Double(2 * value - 1000) - (center - 0.5)) / 2999 + 0.5
                let level = (min(max(place, 0), 1) * 255).rounded()
                #expect(image.pixels[3 * pixel] == UInt8(level))
            }
        }
    }

    @Test func `a file of several frames needs one to be named`() throws {
        let file = DicomCase.named("frames")
        let error = #expect(throws: ImageError.self) { try ImageDecoder.decode(file) }
        #expect(error?.description.contains("a DICOM of 3 frames") == true)
        #expect(throws: ImageError.self) {
            try file.withUnsafeBytes { try ImageDecoder.decode($0, frame: 3) }
        }
    }

    @Test func `a recipe stands above the file's own view`() throws {
        let file = DicomCase.named("signed")
        let values = try file.withUnsafeBytes { try DicomImage.storedValues($0, frame: 0) }
        func levels(_ recipe: IntensityRecipe) throws -> [Double] {
            try ImageDecoder.decode(file, reading: ImageReading(intensity: recipe)).image.pixels
                .enumerated().filter { $0.offset % 3 == 0 }.map { Double($0.element) }
        }
        func expected(_ low: Double, _ high: Double) -> [Double] {
            values.map { min(max((Double($0 - 24) - low) / (high - low), 0), 1) * 255 }
        }
        let sorted = values.map { Double($0 - 24) }.sorted()
        let full = expected(-32768 - 24, 32767 - 24)
        #expect(difference(try levels(.full), full) <= 0.5)
        let window = expected(99.5 - 499.5, 99.5 + 499.5)
        #expect(difference(try levels(.window(center: 100, width: 1000)), window) <= 0.5)
        let all = expected(sorted[0], sorted[59])
        #expect(difference(try levels(.percentiles(low: 0, high: 100)), all) <= 0.5)
        // numpy: percentile 50 of 60 values lies between the two in the middle.
        let half = expected((sorted[29] + sorted[30]) / 2, sorted[59])
        #expect(difference(try levels(.percentiles(low: 50, high: 100)), half) <= 0.5)
    }

    @Test func `identifiers are read, absent ones are nil`() throws {
        let file = DicomCase.named("signed")
        func identifier(_ identifier: DicomIdentifier) throws -> String? {
            try file.withUnsafeBytes { try DicomImage.identifier(identifier, in: $0) }
        }
        #expect(try identifier(.patientID) == "P1")
        #expect(try identifier(.studyInstanceUID) == "1.2.3")
        #expect(try identifier(.stationName) == nil)
    }

    @Test func `a summary says what the file holds`() throws {
        let summary = try DicomCase.named("two windows").withUnsafeBytes {
            try DicomImage.summary($0)
        }
        #expect(summary.view == "window 2000.0, 3000.0 (LINEAR)")
        #expect(summary.transferSyntax == "explicit VR, little-endian")
        #expect(summary.photometric == "MONOCHROME2" && summary.modality == "OT")
        #expect((summary.width, summary.height, summary.bitsStored) == (10, 6, 16))
    }
}
