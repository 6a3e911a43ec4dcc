internal import CambiumFiles

/// The tensors of a `torch.save` file (PyTorch 1.6 and later), read without Python and without
/// running its pickle.
///
/// A ZIP archive of stored members: `NAME/data.pkl` (what is what), `NAME/data/KEY` (the numbers
/// of one storage), `NAME/byteorder`. The pickle must be a dictionary of tensors, or a dictionary
/// with exactly one such among its members (a trainer's checkpoint: `{"model": {...}, "epoch":
/// 3}`), whose name is then ``member``.
struct TorchZip {
    /// Where one tensor stands: the bytes from its first to its last element, and its strides.
    struct Entry {
        let type: ElementType
        let shape: [Int]
        let strides: [Int]
        let range: Range<Int>
        let isContiguous: Bool
    }

    /// Tensors by name.
    let entries: [String: Entry]
    /// The member of the saved dictionary that holds the tensors; nil when it is the whole.
    let member: String?
    private let path: String
    private let file: MappedFile

    /// Opens and checks a file.
    init(_ path: String) throws {
        self.path = path
        let file = try MappedFile(path)
        self.file = file
        (entries, member) = try file.withBytes { bytes in
            let archive = try ZipArchive(bytes, path: path)
            let folder = try Self.folder(archive, bytes, path)
            let pickle = bytes[try archive.range("\(folder)/data.pkl")]
            let (top, heap) = try PickleReader.read(.init(rebasing: pickle), path: path)
            let (tensors, member) = try TensorDictionary(heap, path: path).find(top)
            let storages = Storages(archive: archive, folder: folder, path: path)
            return (try tensors.mapValues { try storages.entry($0) }, member)
        }
    }

    /// Whether a file starts as a ZIP archive does.
    static func recognizes(_ head: [UInt8]) -> Bool { head.starts(with: [0x50, 0x4B, 3, 4]) }

    /// One tensor, copied out of the file into row-major order.
    func tensor(_ name: String) throws -> Tensor {
        guard let entry = entries[name] else {
            throw TorchError.file(path: path, reason: "holds no tensor named \(shown(name))")
        }
        let span = entry.isContiguous ? entry.shape : [entry.range.count / entry.type.size]
        let elements = try file.withBytes { bytes in
            try Tensor(
                bytes: .init(rebasing: bytes[entry.range]), type: entry.type, shape: span)
        }
        if entry.isContiguous { return elements }
        return try elements.viewed(entry.shape, strides: entry.strides).contiguous()
    }

    /// The one folder that holds `data.pkl`, after a check of the byte order.
    private static func folder(
        _ archive: ZipArchive, _ bytes: UnsafeRawBufferPointer, _ path: String
    ) throws(TorchError) -> String {
        let folders = archive.members.keys.compactMap { name -> String? in
            let parts = name.split(separator: "/", omittingEmptySubsequences: false)
            return parts.count == 2 && parts[1] == "data.pkl" ? String(parts[0]) : nil
        }
        guard let folder = folders.first, folders.count == 1 else {
            throw .file(
                path: path,
                reason: "is a ZIP archive, but none of torch.save: it has \(folders.count) members "
                    + "NAME/data.pkl where one is needed")
        }
        let order = "\(folder)/byteorder"
        if archive.members[order] != nil {
            let range = try archive.range(order)
            guard range.count == 6, bytes[range].elementsEqual("little".utf8) else {
                throw .file(path: path, reason: "holds big-endian numbers; save it as safetensors")
            }
        }
        return folder
    }
}

/// Turns descriptions of tensors into checked places in the file.
private struct Storages {
    let archive: ZipArchive
    let folder: String
    let path: String

    func entry(_ named: NamedTensor) throws(TorchError) -> TorchZip.Entry {
        let tensor = named.tensor
        func refuse(_ reason: String) -> TorchError {
            .file(path: path, reason: "tensor \(shown(named.name)) \(reason)")
        }
        guard tensor.storage.type.byteCount(tensor.shape) != nil else {
            throw refuse("claims an impossible shape \(tensor.shape)")
        }
        let data = try archive.range("\(folder)/data/\(tensor.storage.key)")
        guard let size = tensor.storage.type.byteCount([tensor.storage.count]),
            size == data.count
        else {
            throw refuse(
                "lies in a storage of \(tensor.storage.count) \(tensor.storage.type) values, "
                    + "whose member has \(data.count) bytes")
        }
        guard let span = tensor.span else {
            throw refuse(
                "of shape \(tensor.shape), strides \(tensor.strides) and offset "
                    + "\(tensor.offset) reaches outside its storage of \(tensor.storage.count)")
        }
        let width = tensor.storage.type.size
        let start = data.lowerBound
        return TorchZip.Entry(
            type: tensor.storage.type, shape: tensor.shape, strides: tensor.strides,
            range: start + span.lowerBound * width..<start + span.upperBound * width,
            isContiguous: tensor.shape.contains(0) || tensor.isContiguous)
    }
}
