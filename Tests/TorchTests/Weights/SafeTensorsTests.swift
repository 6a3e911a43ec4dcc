import CambiumFiles
import CambiumTorch
import Foundation
import Testing

@Suite struct SafeTensorsTests {
    let path = NSTemporaryDirectory() + "cambium-" + UUID().uuidString + ".safetensors"

    private func write(_ header: String, data: Int = 0, length: UInt64? = nil) throws {
        var bytes = withUnsafeBytes(of: length ?? UInt64(header.utf8.count)) { Array($0) }
        bytes += Array(header.utf8) + [UInt8](repeating: 1, count: data)
        try FileSystem.write(bytes, to: path)
    }

    @Test func `what is written reads back bit for bit, the same bytes every time`() throws {
        defer { try? FileSystem.remove(path) }
        let a = try Tensor([Float](arrayLiteral: 1, .infinity, -0.0), [3])
        let b = try Tensor([Int](arrayLiteral: 7), [])
        let half = try a.converted(to: .bfloat16)
        try SafeTensors.write([("b", b), ("a", a), ("h", half)], metadata: ["k": "v"], to: path)
        let first = try FileSystem.read(path)
        let file = try SafeTensors(path)
        #expect(file.names == ["a", "b", "h"] && file.metadata == ["k": "v"])
        #expect(try file.tensor("a").bytes() == a.bytes())
        #expect(try file.tensor("b").item() == 7)
        #expect(try file.tensor("h").type == .bfloat16)
        try SafeTensors.write([("a", a), ("h", half), ("b", b)], metadata: ["k": "v"], to: path)
        #expect(try FileSystem.read(path) == first)
    }

    @Test(arguments: [
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 7, "cut off"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "say otherwise"),
        (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, 8, "impossible"),
        (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#, 8, "imp"),
        (#"{"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}"#, 8, "unknown dtype"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8, "after the last"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "hole"),
        (
            #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}"#,
            6, "overlaps"
        ),
        (#"{"a":1"#, 0, "JSON"),
        (#"[]"#, 0, "object"),
        (#"{"a":{"dtype":"F32","shape":[2]}}"#, 8, "lacks"),
    ])
    func `a lying header is refused in one line`(header: String, data: Int, words: String) throws {
        defer { try? FileSystem.remove(path) }
        try write(header, data: data)
        let error = #expect(throws: TorchError.self) { _ = try SafeTensors(path) }
        let text = "\(try #require(error))"
        #expect(text.contains(words) && text.hasPrefix(path) && !text.contains("\n"))
    }

    @Test func `a header longer than the file and a tiny file are refused`() throws {
        defer { try? FileSystem.remove(path) }
        try write("{}", length: .max)
        #expect(throws: TorchError.self) { _ = try SafeTensors(path) }
        try FileSystem.write([1, 2, 3], to: path)
        #expect(throws: TorchError.self) { _ = try SafeTensors(path) }
    }
}
