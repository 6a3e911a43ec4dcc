import CambiumFiles
import CambiumTestFolders
import Testing

/// The intensity recipe on its way from `prepare` to `predict`.
@Suite struct ReadingRecipeTests {
    private let bench: Bench
    private let dicom: String

    init() throws {
        bench = try Bench()
        dicom = try bench.folder.write(Self.file(frames: 1), to: "one.dcm")
    }

    /// A DICOM of 16 x 16 rising values a frame, without a window of its own.
    private static func file(frames: Int) -> [UInt8] {
        var file: [UInt8] = []
        func short(_ value: Int) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }
        func add(_ group: Int, _ element: Int, _ value: [UInt8]) {
            let value = value + (value.count % 2 == 0 ? [] : [0x20])
            file += short(group) + short(element) + short(value.count) + [0, 0] + value
        }
        add(0x0008, 0x0060, Array("CT".utf8))
        add(0x0028, 0x0002, short(1))
        add(0x0028, 0x0004, Array("MONOCHROME2".utf8))
        add(0x0028, 0x0008, Array("\(frames)".utf8))
        add(0x0028, 0x0010, short(16))
        add(0x0028, 0x0011, short(16))
        add(0x0028, 0x0100, short(16))
        add(0x7FE0, 0x0010, (0..<frames * 256).flatMap { short($0 * 10) })
        return file
    }

    private func run(_ arguments: String...) throws -> Program.Result {
        let result = try Program.run(arguments)
        #expect(result.status == 0, "\(result.stderr)")
        return result
    }

    /// Two classes of DICOM files prepared with a window.
    private func dataSet(_ name: String, window: String) throws -> String {
        for label in ["a", "b"] {
            for number in 0..<6 {
                try bench.folder.write(
                    Self.file(frames: 1), to: "in/\(label)/\(number).dcm")
            }
        }
        _ = try run(
            "prepare", bench.place("in"), "--out", bench.place(name), "--size", "32", "--window",
            window, "--duplicates", "report", "--quiet")
        return bench.place(name)
    }

    private func vectors(_ name: String) throws -> [Float] {
        let array = try NPY(bench.place(name))
        return try array.floats(0..<array.rows * array.columns)
    }

    private func embed(_ name: String, _ more: String...) throws -> [Float] {
        let arguments = [
            "embed", "--model", "raw-pixels:8", "--images", dicom, "--out", bench.place(name),
            "--quiet",
        ]
        let result = try Program.run(arguments + more)
        #expect(result.status == 0, "\(result.stderr)")
        return try vectors(name)
    }

    @Test func `a bundle predicts a DICOM by the recipe of its data set`() throws {
        let data = try dataSet("data", window: "500,400")
        let labels = "\(data)/unique_texts.txt"
        let bundle = bench.place("bundle")
        _ = try run(
            "package", "--model", bench.release, "--labels", labels, "--data", data, "--out",
            bundle, "--quiet")
        let manifest = try JSON(file: "\(bundle)/bundle.json")
        #expect(
            manifest["preprocessing"]?["intensity"]
                == ["kind": "window", "center": 500.0, "width": 400.0])
        let several = try bench.folder.write(Self.file(frames: 2), to: "two.dcm")
        let answer = try run("predict", bundle, dicom, several, "--json", "--quiet")
        let rows = try JSON(parsing: answer.stdout).array ?? []
        let names = rows.compactMap { $0["image"]?.string }
        #expect(names == [dicom, "\(several)#frame_0001", "\(several)#frame_0002"])
        // The bundle is a model folder too, and its recipe changes what it sees.
        func embedded(_ out: String, _ more: [String]) throws -> [Float] {
            let result = try Program.run(
                [
                    "embed", "--model", bundle, "--images", dicom, "--out", bench.place(out),
                    "--quiet",
                ] + more)
            #expect(result.status == 0, "\(result.stderr)")
            return try vectors(out)
        }
        let own = try embedded("own.npy", [])
        #expect(own == (try embedded("same.npy", ["--window", "500,400"])))
        #expect(own != (try embedded("other.npy", ["--intensity", "auto"])))
    }

    @Test func `a bundle without a recipe refuses a DICOM and says why`() throws {
        let bundle = bench.place("bundle")
        _ = try run(
            "package", "--model", bench.release, "--labels", try bench.labels(), "--out", bundle,
            "--quiet")
        let answer = try Program.run("predict", bundle, dicom, bench.picture, "--json")
        #expect(answer.status == 1)
        #expect(answer.stderr.contains("\(dicom): a DICOM file, but the model does not say how"))
        #expect(try JSON(parsing: answer.stdout).array?.count == 1)
    }

    @Test func `a data set of another recipe than the model's is refused`() throws {
        let first = try dataSet("first", window: "500,400")
        let second = try dataSet("second", window: "40,80")
        let bundle = bench.place("bundle")
        let labels = "\(first)/unique_texts.txt"
        _ = try run(
            "package", "--model", bench.release, "--labels", labels, "--data", first, "--out",
            bundle, "--quiet")
        let answer = try Program.run(
            "package", "--model", bundle, "--labels", labels, "--data", second, "--out",
            bench.place("again"), "--quiet")
        #expect(answer.status == 2)
        #expect(answer.stderr.contains("another intensity recipe"))
    }

    @Test func `a data set prepared again carries its recipe, a mixed one none`() throws {
        let first = try dataSet("first", window: "500,400")
        let second = try dataSet("second", window: "40,80")
        let labels = "\(first)/unique_texts.txt"
        _ = try run("prepare", first, "--out", bench.place("new"), "--quiet")
        _ = try run(
            "package", "--model", bench.release, "--labels", labels, "--data", bench.place("new"),
            "--out", bench.place("bundle"), "--quiet")
        let manifest = try JSON(file: bench.place("bundle/bundle.json"))
        #expect(
            manifest["preprocessing"]?["intensity"]
                == ["kind": "window", "center": 500.0, "width": 400.0])
        let merged = try run("prepare", first, second, "--out", bench.place("mixed"))
        #expect(merged.stderr.contains("prepared by different intensity recipes"))
        let answer = try Program.run(
            "package", "--model", bench.release, "--labels", labels, "--data",
            bench.place("mixed"), "--out", bench.place("no"), "--quiet")
        #expect(answer.status == 2)
        #expect(answer.stderr.contains("was merged of data sets that were prepared by different"))
    }

    @Test func `pixels follow the recipe on the command line`() throws {
        let auto = try embed("auto.npy", "--intensity", "auto")
        #expect(auto == (try embed("all.npy", "--percentiles", "0,100")))
        #expect(auto != (try embed("full.npy", "--intensity", "full")))
        let bad = try Program.run(
            "embed", "--model", "raw-pixels:8", "--images", dicom, "--out", bench.place("x.npy"),
            "--window", "40,0", "--quiet")
        #expect(bad.status == 2 && bad.stderr.contains("the width must be 1 or more"))
        let none = try Program.run(
            "embed", "--model", "raw-pixels:8", "--images", dicom, "--out", bench.place("x.npy"),
            "--quiet")
        #expect(none.status == 1 && none.stderr.contains("a DICOM file, but"))
    }

    @Test func `inspect shows what a DICOM holds`() throws {
        let answer = try run("inspect", dicom, "--json")
        let json = try JSON(parsing: answer.stdout)
        #expect(json["kind"] == "image (DICOM)")
        #expect(json["transfer_syntax"] == "implicit VR, little-endian")
        #expect(json["frames"] == 1 && json["width"] == 16 && json["modality"] == "CT")
    }
}
