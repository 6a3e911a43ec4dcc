import CambiumFiles
import Dispatch
import Foundation
import Testing

@Suite struct FolderLockTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "cambium-" + UUID().uuidString
        try FileSystem.makeFolder(folder)
        defer { try? FileSystem.remove(folder) }
        try body(folder)
    }

    @Test func `a second one is refused until the first lets go`() throws {
        try withFolder { folder in
            let first = try #require(try FolderLock(folder))
            #expect(try FolderLock(folder) == nil)
            first.release()
            #expect(try FolderLock(folder) != nil)
        }
    }

    @Test func `who has patience gets it when the first lets go`() throws {
        try withFolder { folder in
            let first = try #require(try FolderLock(folder))
            DispatchQueue.global().asyncAfter(deadline: .now() + 0.2) { first.release() }
            #expect(try FolderLock(folder, patience: 60) != nil)
        }
    }
}
