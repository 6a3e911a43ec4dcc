import CambiumCorpus
import CambiumFiles
import CambiumImaging
import Foundation

/// A folder that lives as long as a test.
final class Scratch {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "cambium-corpus-" + UUID().uuidString
        try FileSystem.makeFolder(path)
    }

    deinit { try? FileSystem.remove(path) }

    /// Writes a text file, making its folder; gives back its path.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }

    /// Writes a file, making its folder; gives back its path.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try FileSystem.makeFolder(FileSystem.parent(file))
        try FileSystem.write(bytes, to: file)
        return file
    }
}

/// A small picture that differs for each number.
func picture(_ number: Int, width: Int = 12, height: Int = 9) -> RGBImage {
    var pixels: [UInt8] = []
    for index in 0..<(width * height * 3) {
        pixels.append(UInt8(truncatingIfNeeded: index &* (number &* 2 &+ 1) &+ number &* 31))
    }
    return RGBImage(width: width, height: height, pixels: pixels)
}

func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

/// The error of some work, or nil.
func failure(_ body: () throws -> Void) -> CorpusError? {
    do { try body() } catch { return error as? CorpusError }
    return nil
}
