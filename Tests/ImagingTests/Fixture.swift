import CambiumFiles
import CambiumImaging
import CambiumTestFolders
import Foundation

/// Readers for the JSON files in `Fixtures`.
enum Fixture {
    static func json(_ name: String) -> JSON {
        (try? JSON(file: Repository.fixture("ImagingTests", name))) ?? .null
    }
}

extension JSON {
    subscript(list name: String) -> [JSON] { self[name]?.array ?? [] }
    subscript(text name: String) -> String { self[name]?.string ?? "" }
    subscript(int name: String) -> Int { self[name]?.integer ?? -1 }
    subscript(double name: String) -> Double { self[name]?.number ?? .nan }
    subscript(integers name: String) -> [Int] { self[list: name].compactMap(\.integer) }
    subscript(doubles name: String) -> [Double] { self[list: name].compactMap(\.number) }
    subscript(floats name: String) -> [Float] { self[doubles: name].map { Float($0) } }
    subscript(matrix name: String) -> [[Double]] {
        self[list: name].map { ($0.array ?? []).compactMap(\.number) }
    }
    subscript(bytes name: String) -> [UInt8] {
        Array(Data(base64Encoded: self[text: name]) ?? Data())
    }
}

/// The digest of single precision values as they lie in a little-endian file.
func digest(_ values: [Float]) -> String {
    Digest.sha256(values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) })
}

/// The largest difference between corresponding numbers; infinite when the counts differ.
func difference<Number: BinaryFloatingPoint>(_ a: [Number], _ b: [Number]) -> Number {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).map { abs($0 - $1) }.max() ?? 0
}

/// Settings of a test run.
enum Environment {
    static func integer(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }
}
