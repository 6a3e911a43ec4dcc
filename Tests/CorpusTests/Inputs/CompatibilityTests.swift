import CambiumCorpus
import CambiumFiles
import CambiumTestFolders
import Foundation
import Testing

@Suite struct CompatibilityTests {
    @Test func `the GastroVision sample's files are reproduced byte for byte`() throws {
        let fixture = try JSON(file: Repository.fixture("CorpusTests", "compat.json"))
        let scratch = try Scratch()
        let root = try #require(fixture["root"]?.string)
        let pictures = try #require(fixture["pictures"]?.array).compactMap(\.string)
            .compactMap { Data(base64Encoded: $0) }
        for entry in try #require(fixture["tree"]?.array) {
            let path = try #require(entry.array?.first?.string)
            let picture = try #require(entry.array?.last?.integer)
            try scratch.write(Array(pictures[picture]), to: "\(root)/\(path)")
        }
        var options = PrepareOptions(
            folder: "\(scratch.path)/\(root)", out: "\(scratch.path)/out")
        options.size = try #require(fixture["size"]?.integer)
        options.compatibility = .gastrovision
        options.firstClassID = Compatibility.gastrovision.firstClassID
        _ = try Preparation(options).run()
        let train = try FileSystem.readText("\(scratch.path)/out/train_text.tsv")
        #expect(train == fixture["train_text"]?.string)
        let files = try #require(fixture["files"]?.object)
        #expect(files.count == 7)
        for (name, digest) in files {
            let ours = try Digest.sha256(file: "\(scratch.path)/out/\(name)")
            #expect(digest.string == ours, "\(name)")
        }
        #expect(try DataSetFolder("\(scratch.path)/out").split(.train).count == 87)
    }
}
