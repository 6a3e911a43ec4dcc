import CambiumFiles
import Foundation

/// A folder for one test, removed when the test lets go of it.
package final class TemporaryFolder: Sendable {
    /// Where it is.
    package let path: String

    /// Makes a folder among the temporary files.
    package init() throws {
        path = "\(NSTemporaryDirectory())cambium-\(UUID().uuidString)"
        try FileSystem.makeFolder(path)
    }

    /// Writes a file below the folder, making folders on the way; gives its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }

    /// Writes a file below the folder, making folders on the way; gives its path.
    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try FileSystem.makeFolder(FileSystem.parent(file))
        try FileSystem.write(bytes, to: file)
        return file
    }

    deinit { try? FileSystem.remove(path) }
}

/// Runs a body with a folder that is removed after it.
package func withFolder(_ body: (String) throws -> Void) throws {
    let folder = try TemporaryFolder()
    try withExtendedLifetime(folder) { try body(folder.path) }
}
