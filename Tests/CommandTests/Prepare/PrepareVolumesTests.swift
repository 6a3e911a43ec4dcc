import CambiumFiles
import CambiumTestFolders
import Testing

/// `cambium prepare` on NIfTI files, run as a user runs it.
@Suite struct PrepareVolumesTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// Eight slices of bytes that rise along all axes.
    private func volume(_ shift: Int) -> [UInt8] {
        var file = [UInt8](repeating: 0, count: 352)
        func put(_ bytes: [UInt8], _ offset: Int) {
            file.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
        }
        put([92, 1, 0, 0], 0)
        for (index, size) in [3, 6, 7, 8].enumerated() { put([UInt8(size), 0], 40 + 2 * index) }
        put([2, 0], 70)
        // Ones as float32: voxel sizes and the diagonal of the sform; 352 before the voxels.
        for offset in [80, 84, 88, 280, 300, 320] { put([0, 0, 0x80, 0x3F], offset) }
        put([0, 0, 0xB0, 0x43], 108)
        put([1, 0], 254)
        put(Array("n+1\0".utf8), 344)
        return file + (0..<6 * 7 * 8).map { UInt8(($0 + shift) % 251) }
    }

    private func prepare(_ arguments: String...) throws -> Program.Result {
        try Program.run(
            ["prepare", bench.place("in"), "--size", "16", "--duplicates", "report"] + arguments)
    }

    private func fill() throws {
        for label in ["a", "b"] {
            for number in 0..<5 {
                try bench.folder.write(
                    volume(40 * number + (label == "a" ? 0 : 9)), to: "in/\(label)/\(number).nii")
            }
        }
    }

    @Test func `volumes in class folders become slices, whole in one split`() throws {
        try fill()
        let answer = try prepare(
            "--out", bench.place("out"), "--plane", "sagittal", "--slices", "25%:75%",
            "--percentiles", "1,99")
        #expect(answer.status == 0, "\(answer.stderr)")
        #expect(answer.stdout.contains("40 images, 2 classes"), "\(answer.stdout)")
        #expect(answer.stderr.contains("10 files of several frames or slices"))
        let json = try JSON(file: bench.place("out/dataset.json"))
        #expect(json["volumes"]?["plane"] == "sagittal")
        #expect(json["intensity"]?["kind"] == "percentiles")
        #expect(
            try FileSystem.readText(bench.place("out/groups.tsv")).contains(
                "a/0.nii#sagittal_0002\ta/0.nii\n"))
        let check = try Program.run("validate", bench.place("out"), "--quiet")
        #expect(check.status == 0, "\(check.stdout)")
    }

    @Test(arguments: [
        (["--plane", "oblique"], "must be axial, coronal or sagittal"),
        (["--slices", "0:3"], "--slices 0:3: must be all, middle"),
        (["--convention", "left"], "must be neurological or radiological"),
    ])
    func `options that make no sense are refused`(arguments: [String], reason: String) throws {
        try fill()
        let answer = try Program.run(
            ["prepare", bench.place("in"), "--out", bench.place("out")] + arguments)
        #expect(answer.status == 2 && answer.stderr.contains(reason), "\(answer.stderr)")
    }
}
