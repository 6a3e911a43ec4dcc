import CambiumFiles
import CambiumImaging
import CambiumTestFolders
import CambiumTorch
import Testing

@Suite struct InspectCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func inspect(_ path: String, _ options: String...) throws -> JSON {
        let answer = try Program.run(["inspect", path, "--json"] + options)
        #expect(answer.status == 0, "\(answer.stderr)")
        #expect(answer.stderr.isEmpty)
        return try JSON(parsing: answer.stdout)
    }

    /// The one line about a path that cannot be inspected.
    private func complaint(_ path: String, status: Int32) throws -> String {
        let answer = try Program.run("inspect", path)
        #expect(answer.status == status)
        #expect(answer.stdout.isEmpty)
        #expect(answer.complaints.count == 1)
        #expect(answer.stderr.hasPrefix("cambium: error: \(path): "))
        return answer.stderr
    }

    private var jpeg: [UInt8] {
        get throws {
            let pixels = (0..<12 * 8 * 3).map { UInt8($0 % 251) }
            return try JPEGEncoder.encode(RGBImage(width: 12, height: 8, pixels: pixels))
        }
    }

    @Test func `a path that does not exist is an unusable argument`() throws {
        let line = try complaint("\(folder.path)/none", status: 2)
        #expect(line.contains("no such file or folder"))
    }

    @Test func `an array is told with its shape, its type and its keys`() throws {
        let path = "\(folder.path)/e.npy"
        try NPY.write([1, 0, 0, 0.6, 0.8, 0], shape: [2, 3], as: .float32, to: path)
        try folder.write("a\t1\tx\nb\t2\ty\n", to: "e.keys.tsv")
        let found = try inspect(path)
        #expect(found["kind"] == "array (.npy)")
        #expect(found["shape"] == [2, 3])
        #expect(found["element"] == "float32")
        #expect(found["unit_length"] == true)
        #expect(found["keys"]?["rows"] == 2)
        #expect(try inspect("\(folder.path)/e.keys.tsv")["classes"] == 2)
    }

    @Test func `weights are told by content, whatever their name`() throws {
        let path = "\(folder.path)/weights.pt"
        let tensors = [
            ("image.a", try Tensor([1, 2, 3, 4, 5, 6] as [Float], [2, 3])),
            ("text.b", try Tensor([1, 2] as [Int64], [2])),
        ]
        try SafeTensors.write(
            tensors.map { (name: $0.0, tensor: $0.1) }, metadata: ["format": "pt"], to: path)
        let found = try inspect(path)
        #expect(found["kind"] == "weights (safetensors)")
        #expect(found["tensors"]?["image.a"] == ["dtype": "F32", "shape": [2, 3]])
        #expect(found["parameters"] == 8)
        #expect(found["types"] == ["F32": 1, "I64": 1])
        #expect(found["metadata"] == ["format": "pt"])
    }

    @Test func `a pickle, a file cut off and a lying header are refused in one line`() throws {
        let pickled: [UInt8] = [0x80, 0x02, 0x7D, 0x71, 0x00, 0x2E]
        let pickle = try folder.write(pickled, to: "model.safetensors")
        #expect(try complaint(pickle, status: 1).contains("pickle"))
        let header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}"
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
        let cut = try folder.write(length + header.utf8 + [0, 0], to: "cut.safetensors")
        #expect(try complaint(cut, status: 1).contains("cut off"))
        let lying = try folder.write(
            [0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0] + Array(header.utf8), to: "lying.safetensors")
        #expect(try complaint(lying, status: 1).contains("header claims"))
    }

    @Test func `a picture is decoded whole`() throws {
        let found = try inspect(try folder.write(jpeg, to: "picture.png"))
        #expect(found["kind"] == "image (JPEG)")
        #expect(found["width"] == 12)
        #expect(found["height"] == 8)
        let cut = try folder.write(try jpeg.dropLast(40) + [], to: "cut.jpg")
        #expect(try complaint(cut, status: 1).contains("truncated JPEG"))
    }

    @Test func `tables, texts and unknown bytes are told apart`() throws {
        let texts = try folder.write(
            "k/a.jpg\t{\"class_id\": 1, \"class_name\": \"x\"}\nk/b.jpg\tan x\n", to: "t.tsv")
        #expect(try inspect(texts)["kind"] == "table of texts")
        #expect(try inspect(texts)["rows"] == 2)
        #expect(try inspect(try folder.write("one\ntwo", to: "n.txt"))["lines"] == 2)
        #expect(try inspect(try folder.write("", to: "empty"))["kind"] == "empty file")
        let noise = try folder.write([1, 2, 3, 0, 255], to: "noise")
        #expect(try inspect(noise)["kind"] == "unknown binary file")
    }

    @Test func `folders are told by what only their kind has`() throws {
        try folder.write("{\"mode\": \"zero-shot\", \"labels\": [1, 2]}", to: "b/bundle.json")
        #expect(try inspect("\(folder.path)/b")["mode"] == "zero-shot")
        try folder.write("{\"step\": 7, \"best\": 0.5, \"best_step\": 5}", to: "r/last/state.json")
        try folder.write("x", to: "r/checkpoints/step-00000007/model.safetensors")
        let run = try inspect("\(folder.path)/r")
        #expect(run["kind"] == "run")
        #expect(run["step"] == 7)
        #expect(run["checkpoints"] == ["step-00000007"])
        try folder.write(jpeg, to: "i/polyp/1.jpg")
        let images = try inspect("\(folder.path)/i")
        #expect(images["kind"] == "folders of images")
        #expect(images["images"] == 1)
        for content in ["{}", "[]", "null", "{\"mode\": 1, \"labels\": {}}"] {
            try folder.write(content, to: "odd/bundle.json")
            let line = try Program.run("inspect", "\(folder.path)/odd")
            #expect(line.status == 1 && line.stderr.contains("bundle.json"), "\(content)")
            try folder.write(content, to: "measured/metrics.json")
            let other = try Program.run("inspect", "\(folder.path)/measured")
            #expect(other.status == 1 && other.stderr.contains("metrics.json"), "\(content)")
        }
        try FileSystem.makeFolder("\(folder.path)/bare")
        #expect(try inspect("\(folder.path)/bare")["kind"] == "folder")
    }
}
