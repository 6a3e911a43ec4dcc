internal import CambiumFiles

/// Named tensors in a file, whatever its container: recognised by content, never by extension,
/// since MedImageInsight publishes safetensors under a `.pt` name.
public struct StateDictionary {
    /// How the file holds its tensors.
    public enum Container: Sendable, Equatable, CustomStringConvertible {
        /// safetensors.
        case safetensors
        /// A `torch.save` archive; `member` names the part of a checkpoint that was read.
        case torchZip(member: String?)

        /// What a user knows it as.
        public var description: String {
            switch self {
            case .safetensors: "safetensors"
            case .torchZip(nil): "torch.save"
            case .torchZip(let member?): "torch.save, member \(shown(member))"
            }
        }
    }

    /// What one tensor is.
    public struct Entry: Sendable, Equatable {
        /// Element type.
        public let type: ElementType
        /// Size of each dimension.
        public let shape: [Int]
    }

    private enum File {
        case safetensors(SafeTensors)
        case int8(Int8File)
        case torchZip(TorchZip)
    }

    /// The path it was read from.
    public let path: String
    /// How the file holds its tensors.
    public let container: Container
    /// Element type and shape of each tensor, under the file's own names.
    public let entries: [String: Entry]
    private let file: File

    /// Elements of all tensors together. Expanded tensors of a hostile file can claim more than an
    /// `Int` counts; then it is the largest.
    public var elements: Int {
        entries.values.reduce(0) { total, entry in
            let (sum, overflow) = total.addingReportingOverflow(entry.shape.reduce(1, *))
            return overflow ? .max : sum
        }
    }

    /// Opens and checks a file.
    ///
    /// A `torch.save` file may hold the dictionary of tensors itself or be a checkpoint that has
    /// exactly one such dictionary among its members; nothing of its pickle is run.
    /// - Throws: `FileError` when it cannot be read, ``TorchError/file(path:reason:)`` for a
    ///   damaged file or a container Cambium does not read, with what it is where that can be told.
    public init(_ path: String) throws {
        self.path = path
        let head = try MappedFile(path).withBytes { Array($0.prefix(64)) }
        if head.withUnsafeBytes({ SafeTensors.recognizes($0) }) {
            let opened = try SafeTensors(path)
            container = .safetensors
            if let matrices = try Int8File(opened) {
                (file, entries) = (.int8(matrices), matrices.entries)
            } else {
                file = .safetensors(opened)
                entries = opened.entries.mapValues { Entry(type: $0.type, shape: $0.shape) }
            }
        } else if TorchZip.recognizes(head) {
            let opened = try TorchZip(path)
            (file, container) = (.torchZip(opened), .torchZip(member: opened.member))
            entries = opened.entries.mapValues { Entry(type: $0.type, shape: $0.shape) }
        } else {
            throw TorchError.file(path: path, reason: Self.describe(head))
        }
    }

    /// One tensor, copied out of the file.
    public func tensor(_ name: String) throws -> Tensor {
        switch file {
        case .safetensors(let file): try file.tensor(name)
        case .int8(let file): try file.tensor(name)
        case .torchZip(let file): try file.tensor(name)
        }
    }

    private static func describe(_ head: [UInt8]) -> String {
        if head.isEmpty { return "is empty; copy or download it again" }
        if head.starts(with: "version https://git-lfs".utf8) {
            return "is a Git LFS pointer, the weights themselves are not here; run `git lfs pull`"
        }
        // torch.save before PyTorch 1.6 starts with this number, pickled.
        let magic: [UInt8] = [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8]
        if head.first == 0x80, head.dropFirst(2).starts(with: magic) {
            return "is a torch.save file in the legacy format, a bare Python pickle; no code was "
                + "run: load its state dictionary with torch.load(..., weights_only=True) and "
                + "torch.save it again, or save it as safetensors"
        }
        if head.first == 0x80 {
            return "is a Python pickle, which can run code when it is opened; no code was run: "
                + "save the state dictionary with torch.save or as safetensors"
        }
        return "is not a file of tensors that Cambium knows (safetensors, torch.save)"
    }
}
