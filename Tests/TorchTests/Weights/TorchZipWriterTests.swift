import CambiumFiles
import CambiumTorch
import Foundation
import Testing

@Suite struct TorchZipWriterTests {
    @Test func `what is written is read back, and the same tensors give the same bytes`() throws {
        let path = NSTemporaryDirectory() + "cambium-" + UUID().uuidString
        defer { try? FileSystem.remove(path) }
        let tensors = [
            ("a.weight", try Tensor((0..<24).map { Float($0) / 3 }, [2, 4, 3])),
            ("a.bias", try Tensor([Float](repeating: -1, count: 7), [7])),
            ("scalar", try Tensor(Float(2.5))),
        ].map { (name: $0.0, tensor: $0.1) }
        try StateDictionary.writeTorchFile(tensors, to: path)
        let state = try StateDictionary(path)
        #expect(state.container == .torchZip(member: nil) && state.entries.count == 3)
        for (name, tensor) in tensors {
            let copy = try state.tensor(name)
            #expect(copy.shape == tensor.shape)
            #expect(try copy.bytes() == tensor.bytes(), "\(name)")
        }
        let bytes = try FileSystem.read(path)
        try StateDictionary.writeTorchFile(tensors, to: path)
        #expect(try FileSystem.read(path) == bytes)
    }
}
