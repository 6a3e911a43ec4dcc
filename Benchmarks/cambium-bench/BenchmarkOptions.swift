import CambiumEncoders
import CambiumFiles
import CambiumTorch

/// What cannot be measured, in one sentence.
struct BenchmarkError: Error, CustomStringConvertible {
    let description: String
}

/// `--name value` pairs after the benchmark's name; unknown names are refused.
struct BenchmarkOptions {
    private let values: [String: String]

    /// Reads the arguments of a benchmark that knows these names.
    init(_ arguments: [String], known: [String]) throws {
        var values: [String: String] = [:]
        var rest = arguments[...]
        while let option = rest.popFirst() {
            guard let name = known.first(where: { option == "--\($0)" }) else {
                throw BenchmarkError(
                    description: "\(option) is unknown; known: --"
                        + known.joined(separator: ", --"))
            }
            guard let value = rest.popFirst() else {
                throw BenchmarkError(description: "\(option) needs a value")
            }
            values[name] = value
        }
        self.values = values
    }

    /// A whole number from 1 on.
    func count(_ name: String, _ usual: Int) throws -> Int {
        guard let text = values[name] else { return usual }
        guard let value = Int(text), (1...100_000).contains(value) else {
            throw BenchmarkError(
                description: "--\(name) \(text) must be a whole number from 1 to 100000")
        }
        return value
    }

    /// A text that must be there.
    func text(_ name: String) throws -> String {
        guard let text = values[name] else {
            throw BenchmarkError(description: "--\(name) is needed")
        }
        return text
    }

    /// Where the work is done: `cpu` unless `--device` says otherwise.
    func device() throws -> Device { try Device(named: values["device"] ?? "cpu") }

    /// The model that `--config` describes.
    func model() throws -> ImageTextConfiguration {
        guard let path = values["config"] else {
            throw BenchmarkError(description: "--config FILE.yaml is needed")
        }
        return try ModelConfiguration(Settings(file: path)).model
    }
}
