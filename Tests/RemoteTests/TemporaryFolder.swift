import Files
import Foundation

/// A folder for one test, removed when the test lets go of it.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = "\(NSTemporaryDirectory())cambium-remote-\(UUID().uuidString)"
        try FileSystem.makeFolder(path)
    }

    /// Writes a file below the folder, making folders on the way; gives its path.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }

    /// Writes a file below the folder, making folders on the way; gives its path.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try FileSystem.makeFolder(FileSystem.parent(file))
        try FileSystem.write(bytes, to: file)
        return file
    }

    deinit { try? FileSystem.remove(path) }
}
