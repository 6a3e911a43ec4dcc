import CambiumFiles
import CambiumTestFolders
import Foundation
import Testing

/// Where an install finds libtorch.
@Suite struct TorchFolderTests {
    private static let deps =
        ProcessInfo.processInfo.environment["CAMBIUM_DEPS"] ?? "\(Repository.root)/.deps"

    @Test(arguments: ["torch", "torch/lib"])
    func `libtorch is opened from the folder that the variable names`(folder: String) throws {
        let answer = try Program.run(
            ["doctor", "--json"], environment: ["CAMBIUM_TORCH": "\(Self.deps)/\(folder)"])
        let findings = try JSON(parsing: answer.stdout)
        #expect(findings["libtorch"]?["version"]?.string == "2.11.0")
    }

    @Test func `a folder without libtorch is named, with what belongs there`() throws {
        let answer = try Program.run(["doctor"], environment: ["CAMBIUM_TORCH": "/nowhere"])
        #expect(answer.stdout.contains("CAMBIUM_TORCH=/nowhere has no lib/libc10.so"))
        #expect(answer.stdout.contains("torch 2.11.0"))
    }
}
