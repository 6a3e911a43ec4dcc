public import CambiumFiles

/// Where a result comes from: enough to make it again and to see that the inputs are the same.
public struct Provenance: Sendable, Equatable {
    /// An input file and the SHA-256 digest of its bytes.
    public typealias Input = InputFile

    /// The command line, a word an element.
    public let command: [String]
    /// The files that were read.
    public let inputs: [Input]

    /// A provenance.
    public init(command: [String], inputs: [Input]) {
        self.command = command
        self.inputs = inputs
    }

    /// The command as a shell takes it.
    public var commandLine: String {
        command.map { word in
            let plain = word.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x40...0x5A).contains(byte)
                    || (0x61...0x7A).contains(byte) || "-_./=:,+%".utf8.contains(byte)
                    || byte >= 0x80
            }
            return plain && !word.isEmpty
                ? word
                : "'"
                    + word.split(separator: "'", omittingEmptySubsequences: false)
                    .joined(separator: "'\\''") + "'"
        }.joined(separator: " ")
    }

    var json: JSON {
        [
            "command": .array(command.map(JSON.string)),
            "inputs": JSON.encode(inputs),
        ]
    }

    init?(json: JSON?) {
        guard let command = json?["command"]?.array else { return nil }
        self.command = command.compactMap(\.string)
        inputs = (json?["inputs"]?.array ?? []).compactMap {
            try? JSON.decode(Input.self, from: $0)
        }
    }
}
