import CambiumCorpus
import CambiumFiles
import CambiumImaging
import CambiumTestFolders
import Foundation
import Testing

@Suite struct NiftiPreparationTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    func prepare(
        _ input: String = "in", _ change: (inout PrepareOptions) throws -> Void = { _ in }
    ) throws -> PrepareSummary {
        var options = PrepareOptions(
            folder: "\(scratch.path)/\(input)", out: "\(scratch.path)/out")
        options.size = 8
        options.workers = 2
        options.duplicates = .report
        try change(&options)
        return try Preparation(options).run()
    }

    func text(_ name: String) throws -> String {
        try FileSystem.readText("\(scratch.path)/out/\(name)")
    }

    func keys() throws -> [SplitName: [String]] {
        let set = try DataSetFolder("\(scratch.path)/out")
        return try set.splits.reduce(into: [:]) { keys, name in
            let split = try set.split(name)
            keys[name] = (0..<split.count).map { split.key($0) }
        }
    }

    /// Five volumes of each of two classes, and as many pictures.
    func fill() throws {
        for (shift, label) in ["A", "B"].enumerated() {
            for number in 1...5 {
                try scratch.write(
                    niftiVolume(8, 9, 10, shift: 10 * number + shift),
                    to: "in/\(label)/v\(number).nii")
                try scratch.write(
                    PNGEncoder.encode(picture(number + 9 * shift)), to: "in/\(label)/\(number).png")
            }
        }
    }

    @Test func `slices become images beside others, those of a volume in one split`() throws {
        try fill()
        let summary = try prepare()
        #expect(summary.images.reduce(0) { $0 + $1.count } == 110 && summary.rejected == 0)
        let keys = try keys()
        var splits: [Substring: Set<SplitName>] = [:]
        for (name, keys) in keys {
            for key in keys { splits[key.prefix { $0 != "#" }, default: []].insert(name) }
        }
        #expect(splits.count == 20 && splits.values.allSatisfy { $0.count == 1 })
        let all = keys.values.joined().filter { $0.hasPrefix("A/v1.nii#") }.sorted()
        #expect(all.first == "A/v1.nii#axial_0001" && all.last == "A/v1.nii#axial_0010")
        let json = try JSON(parsing: text("dataset.json"))
        #expect(json["split"]?["group_by"] == "file" && json["split"]?["groups"] == 20)
        #expect(json["split"]?["images_without_group"] == nil)
        #expect(
            json["volumes"]
                == ["plane": "axial", "slices": "all", "convention": "neurological"])
        let note = "10 files of several frames or slices: those of one file stand in one split"
        #expect(summary.notes.contains(note))
        #expect(try text("groups.tsv").contains("A/v1.nii#axial_0003\tA/v1.nii\n"))
    }

    @Test func `the number of threads does not change a byte`() throws {
        try fill()
        _ = try prepare { $0.workers = 1 }
        let one = try text("dataset.json")
        try FileSystem.remove("\(scratch.path)/out")
        _ = try prepare { $0.workers = 7 }
        #expect(try one == text("dataset.json"))
    }

    @Test func `plane and slices are chosen, and a volume with none is told`() throws {
        try fill()
        try scratch.write(niftiVolume(8, 3, 10), to: "in/A/thin.nii")
        let summary = try prepare {
            $0.volumes = VolumeReading(
                plane: .coronal, slices: try SliceChoice(parsing: "5:9:4"), isRadiological: true)
        }
        let volumes = try keys().values.joined().filter { $0.contains("#") }
        #expect(Set(volumes.map { $0.suffix(13) }) == ["#coronal_0005", "#coronal_0009"])
        #expect(volumes.count == 20 && summary.rejected == 1)
        #expect(
            try text("rejected.tsv") == "A/thin.nii\t3 coronal slices, none in 5:9:4\n")
    }

    @Test func `one slice a volume is an image like others`() throws {
        try fill()
        _ = try prepare { $0.volumes.slices = .middle(1) }
        let json = try JSON(parsing: text("dataset.json"))
        #expect(json["split"]?["rule"] == "stratified" && json["counts"]?["total"] == 20)
    }

    @Test func `groups that are asked for win, and a volume cut apart is told`() throws {
        try fill()
        _ = try prepare { $0.groupBy = "/(.)" }
        #expect(try JSON(parsing: text("dataset.json"))["split"]?["group_by"] == "/(.)")
        try FileSystem.remove("\(scratch.path)/out")
        let summary = try prepare { $0.groupBy = "none" }
        #expect(
            summary.notes.contains { $0.contains("slices: 10 in more than one split (first: A/v1") }
        )
    }

    @Test func `what is not read has its reason`() throws {
        try fill()
        var series = niftiVolume(8, 9, 10)
        series.replaceSubrange(40..<50, with: [4, 0, 8, 0, 9, 0, 5, 0, 2, 0])
        try scratch.write(series, to: "in/A/series.nii")
        var second = [UInt8](repeating: 0, count: 540)
        second.replaceSubrange(0..<8, with: [0x1C, 2, 0, 0] + Array("n+2\0".utf8))
        try scratch.write(second, to: "in/A/two.nii")
        try scratch.write(Array(niftiVolume(8, 9, 10).dropLast()), to: "in/A/short.nii")
        _ = try prepare()
        let rows = try text("rejected.tsv").split(separator: "\n")
        #expect(rows.count == 3)
        #expect(rows[0].hasPrefix("A/series.nii\ta series of 2 volumes (4-D)"))
        #expect(rows[1].hasPrefix("A/short.nii\tthe NIfTI header promises [8, 9, 10] voxels"))
        #expect(rows[2].hasPrefix("A/two.nii\tNIfTI-2 is not read"))
    }

    @Test func `a manifest names volumes, packed ones too, and its groups and splits count`() throws
    {
        let cases = try JSON(file: Repository.fixture("ImagingTests", "volumes.json"))["cases"]?
            .array
        let packed = try #require(cases?.first { $0["name"] == "u1 gzip" }?["file"]?.string)
        try scratch.write(Array(#require(Data(base64Encoded: packed))), to: "in/p.nii.gz")
        try fill()
        var rows = "path,label,group\np.nii.gz,heart,P0\n"
        for number in 1...5 {
            rows += "A/v\(number).nii,heart,P\(number / 2)\nB/v\(number).nii,lung,P\(number / 2)\n"
        }
        try scratch.write(rows, to: "in/study.csv")
        _ = try prepare("in/study.csv") { $0.volumes.slices = .middle(3) }
        let json = try JSON(parsing: text("dataset.json"))
        #expect(json["split"]?["groups"] == 3 && json["counts"]?["total"] == 33)
        #expect(try text("groups.tsv").contains("p.nii.gz#axial_0001\tP0\n"))
    }

    @Test func `a list may name the file of the slices`() throws {
        try fill()
        var list = ""
        for (label, number) in ["A", "B"].flatMap({ label in (1...5).map { (label, $0) } }) {
            let split = number < 4 ? "train" : "test"
            list += "\(label)/v\(number).nii\t\(split)\n\(label)/\(number).png\t\(split)\n"
        }
        let path = try scratch.write(list, to: "list.tsv")
        _ = try prepare { $0.split = try SplitRule(parsing: "list:\(path)") }
        #expect(try JSON(parsing: text("dataset.json"))["counts"]?["test"] == 44)
    }

    @Test func `the window applies to volumes`() throws {
        try fill()
        _ = try prepare { $0.reading.intensity = .window(center: 2000, width: 100) }
        let set = try DataSetFolder("\(scratch.path)/out")
        let split = try set.split(.train)
        for row in 0..<split.count where split.key(row).contains("#") {
            #expect(try ImageDecoder.decode(split.bytes(row)).image.pixels.allSatisfy { $0 == 0 })
        }
        #expect(set.reading?.intensity == .window(center: 2000, width: 100))
    }
}
