internal import Files

/// Named tensors in a file, whatever its container: recognised by content, never by extension,
/// since MedImageInsight publishes safetensors under a `.pt` name.
public struct StateDictionary {
    /// The path it was read from.
    public let path: String
    /// Element type and shape of each tensor, under the file's own names.
    public let entries: [String: SafeTensors.Entry]
    private let file: SafeTensors

    /// Opens and checks a file.
    /// - Throws: ``TorchError/file(path:reason:)`` for a container Cambium does not read, with
    ///   what it is where that can be told.
    public init(_ path: String) throws {
        let head = try MappedFile(path).withBytes { Array($0.prefix(16)) }
        self.path = path
        guard head.withUnsafeBytes({ SafeTensors.recognizes($0) }) else {
            throw TorchError.file(path: path, reason: Self.describe(head))
        }
        file = try SafeTensors(path)
        entries = file.entries
    }

    /// One tensor, copied out of the file.
    public func tensor(_ name: String) throws -> Tensor { try file.tensor(name) }

    private static func describe(_ head: [UInt8]) -> String {
        if head.starts(with: [0x80]) {
            return "is a Python pickle, which can run code when it is opened; Cambium reads "
                + "tensors only: save the state dictionary as safetensors"
        }
        return "is not a file of tensors that Cambium knows (safetensors)"
    }
}
