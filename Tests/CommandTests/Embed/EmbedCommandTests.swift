import CambiumFiles
import CambiumTestFolders
import Testing

@Suite struct EmbedCommandTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `files of a folder that are no images are left out aloud`() throws {
        let pictures = try bench.pictures(each: 1)
        try bench.folder.write("hello", to: "pictures/heart/bad.png")
        try bench.folder.write("", to: "pictures/zero.jpg")
        let answer = try Program.run(
            "embed", "--model", bench.release, "--images", pictures, "--out", bench.place("a.npy"))
        #expect(answer.status == 0)
        #expect(
            answer.stderr.contains(
                "2 files are left out, neither JPEG, PNG nor DICOM: heart/bad.png, zero.jpg"),
            "\(answer.stderr)")
        #expect(try NPY(bench.place("a.npy")).rows == 2)
    }
}
