import Encoders
import Files

/// What cannot be measured, in one sentence.
struct BenchmarkError: Error, CustomStringConvertible {
    let description: String
}

/// `--name value` pairs after the benchmark's name; unknown names are refused.
struct BenchmarkOptions {
    private let values: [String: String]

    init(_ arguments: [String], known: Set<String>) throws {
        var values: [String: String] = [:]
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard name.hasPrefix("--"), known.contains(String(name.dropFirst(2))) else {
                throw BenchmarkError(
                    description: "\(name) is unknown; there are \(known.sorted()) after --")
            }
            guard let value = rest.popFirst() else {
                throw BenchmarkError(description: "\(name) needs a value")
            }
            values[String(name.dropFirst(2))] = value
        }
        self.values = values
    }

    /// A whole number from 1 on.
    func count(_ name: String, _ usual: Int) throws -> Int {
        guard let text = values[name] else { return usual }
        guard let value = Int(text), (1...100_000).contains(value) else {
            throw BenchmarkError(description: "--\(name) \(text) must be a number from 1 on")
        }
        return value
    }

    /// The model that `--config` describes.
    func model() throws -> ImageTextConfiguration {
        guard let path = values["config"] else {
            throw BenchmarkError(description: "--config FILE.yaml is needed")
        }
        return try ModelConfiguration(Settings(file: path)).model
    }
}
