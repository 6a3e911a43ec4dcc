import CambiumCorpus
import CambiumFiles
import CambiumImaging
import Testing

@Suite struct DicomPreparationTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// A DICOM of two values a frame, as small as can be: implicit VR, no preamble.
    func dicom(_ patient: String, frames: Int, values: [UInt16] = [100, 900]) -> [UInt8] {
        var file: [UInt8] = []
        func add(_ group: UInt16, _ element: UInt16, _ value: [UInt8]) {
            let value = value + (value.count % 2 == 0 ? [] : [0x20])
            for part in [group, element, UInt16(value.count), 0] {
                file += [UInt8(part & 0xFF), UInt8(part >> 8)]
            }
            file += value
        }
        func short(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }
        add(0x0008, 0x0060, Array("MR".utf8))
        add(0x0010, 0x0020, Array(patient.utf8))
        add(0x0028, 0x0002, short(1))
        add(0x0028, 0x0004, Array("MONOCHROME2".utf8))
        add(0x0028, 0x0008, Array("\(frames)".utf8))
        add(0x0028, 0x0010, short(1))
        add(0x0028, 0x0011, short(2))
        add(0x0028, 0x0100, short(16))
        add(0x7FE0, 0x0010, (0..<frames).flatMap { _ in values.flatMap(short) })
        return file
    }

    func prepare(_ change: (inout PrepareOptions) -> Void = { _ in }) throws -> PrepareSummary {
        var options = PrepareOptions(folder: "\(scratch.path)/in", out: "\(scratch.path)/out")
        options.size = 8
        options.duplicates = .report
        change(&options)
        return try Preparation(options).run()
    }

    func text(_ name: String) throws -> String {
        try FileSystem.readText("\(scratch.path)/out/\(name)")
    }

    func keys() throws -> [String] {
        try SplitName.allCases.flatMap { name in
            let table = try ImageTable("\(scratch.path)/out/\(name.rawValue)_images.tsv")
            return try (0..<table.count).map { try table.key($0) }
        }.sorted()
    }

    func fill() throws {
        for label in ["A", "B"] {
            for number in 1...6 {
                try scratch.write(
                    dicom("P\(number / 2)", frames: number == 1 ? 3 : 1),
                    to: "in/\(label)/\(number).dcm")
            }
        }
    }

    @Test func `frames become images, single frames keep the plain key`() throws {
        try fill()
        try scratch.write(dicom("P9", frames: 1, values: []), to: "in/A/cut.dcm")
        let summary = try prepare()
        #expect(summary.rejected == 1)
        #expect(
            try keys()
                == ["A", "B"].flatMap { label in
                    (1...3).map { "\(label)/1.dcm#frame_000\($0)" }
                        + (2...6).map { "\(label)/\($0).dcm" }
                })
        #expect(
            try text("rejected.tsv").hasPrefix(
                "A/cut.dcm\ttruncated DICOM: 0 bytes of pixel data, 4 are needed"))
    }

    @Test func `patients stay together by an attribute`() throws {
        try fill()
        _ = try prepare { $0.groupBy = "dicom:PatientID" }
        let split = try JSON(parsing: text("dataset.json"))["split"]
        #expect(split?["groups"] == 4)
        try scratch.write(try PNGEncoder.encode(picture(1)), to: "in/A/plain.png")
        try FileSystem.remove("\(scratch.path)/out")
        let summary = try prepare { $0.groupBy = "dicom:PatientID" }
        #expect(summary.notes.contains("1 image without a group; each stands alone"))
        #expect(try keys().contains("A/plain.png"))
        for label in ["A", "B"] {
            for name in try FileSystem.names(in: "\(scratch.path)/in/\(label)")
            where name.hasSuffix(".dcm") {
                try FileSystem.remove("\(scratch.path)/in/\(label)/\(name)")
            }
        }
        try FileSystem.remove("\(scratch.path)/out")
        let none = failure { _ = try prepare { $0.groupBy = "dicom:PatientID" } }
        #expect(
            none?.isArgument == true && none?.description.contains("no image is a DICOM") == true)
        let unknown = failure { _ = try prepare { $0.groupBy = "dicom:Foo" } }
        #expect(unknown?.isArgument == true)
    }

    @Test func `the recipe stands in dataset json and changes the pixels`() throws {
        for number in 1...4 {
            try scratch.write(
                dicom("P", frames: 1, values: [900, 900]), to: "in/A/\(number).dcm")
        }
        let recipe = IntensityRecipe.window(center: 500.5, width: 1001)
        _ = try prepare { $0.reading.intensity = recipe }
        let json = try JSON(parsing: text("dataset.json"))
        #expect(json["intensity"] == ["kind": "window", "center": 500.5, "width": 1001.0])
        #expect(json["libraries"]?["openjpeg"]?.string == DicomImage.libraries["openjpeg"])
        #expect(try JSON.decode(ImageReading.self, from: json) == ImageReading(intensity: recipe))
        let table = try ImageTable("\(scratch.path)/out/train_images.tsv")
        let pixels = try ImageDecoder.decode(table.bytes(0)).image.pixels
        // 900 of 0...1000, whatever the resize.
        #expect(pixels.allSatisfy { abs(Int($0) - 230) <= 3 })
    }

    @Test func `a configuration gives the recipe`() throws {
        try fill()
        try scratch.write(
            "name: test\nintensity:\n  percentiles: [0, 100]\nexif_orientation: true\n",
            to: "prep.yaml")
        _ = try prepare { $0.configuration = "\(scratch.path)/prep.yaml" }
        let json = try JSON(parsing: text("dataset.json"))
        #expect(json["intensity"] == ["kind": "percentiles", "low": 0.0, "high": 100.0])
        #expect(json["exif_orientation"] == true)
        try scratch.write("name: test\nintensity:\n  window: [40]\n", to: "prep.yaml")
        let error = failure { _ = try prepare { $0.configuration = "\(scratch.path)/prep.yaml" } }
        #expect(error?.isArgument == true)
    }
}
