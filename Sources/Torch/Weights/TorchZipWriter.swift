package import CambiumFiles

extension StateDictionary {
    /// Writes float32 tensors as a file that `torch.load` opens, an ordered dictionary by name:
    /// PyTorch 1.6's ZIP archive of stored members. The same tensors give the same bytes.
    /// - Throws: `FileError` when it cannot be written, ``TorchError`` when a tensor cannot be
    ///   read or the file would pass 4 GiB.
    public static func writeTorchFile(
        _ tensors: [(name: String, tensor: Tensor)], to path: String
    ) throws {
        var archive = ZipWriter(try AtomicFile(path))
        try archive.add(
            "archive/data.pkl", TorchPickle(tensors.map { ($0.name, $0.tensor.shape) }).bytes)
        try archive.add("archive/byteorder", Array("little".utf8))
        for (index, entry) in tensors.enumerated() {
            try archive.add(
                "archive/data/\(index)", entry.tensor.detached().converted(to: .float32).bytes())
        }
        try archive.add("archive/version", Array("3\n".utf8))
        guard try archive.finish() else {
            throw TorchError.file(path: path, reason: "would pass 4 GiB; write safetensors")
        }
    }
}

/// The pickle of a state dictionary, protocol 2: names, shapes and where the numbers stand.
struct TorchPickle {
    private(set) var bytes: [UInt8] = [0x80, 2]

    /// Contiguous float32 tensors, the n-th in the storage n.
    init(_ tensors: [(name: String, shape: [Int])]) {
        emptyDictionary()
        bytes.append(UInt8(ascii: "("))
        for (index, entry) in tensors.enumerated() {
            text(entry.name)
            tensor(entry.shape, storage: index)
        }
        bytes += Array("u.".utf8)
    }

    private mutating func emptyDictionary() {
        global("collections", "OrderedDict")
        bytes += Array(")R".utf8)
    }

    /// `_rebuild_tensor_v2(storage, offset, sizes, strides, requires_grad, hooks)`
    private mutating func tensor(_ shape: [Int], storage: Int) {
        global("torch._utils", "_rebuild_tensor_v2")
        bytes += Array("((".utf8)
        text("storage")
        global("torch", "FloatStorage")
        text("\(storage)")
        text("cpu")
        integer(shape.reduce(1, *))
        bytes += Array("tQ".utf8)
        integer(0)
        tuple(shape)
        tuple(shape.indices.map { shape[($0 + 1)...].reduce(1, *) })
        bytes.append(0x89)  // False
        emptyDictionary()
        bytes += Array("tR".utf8)
    }

    private mutating func global(_ module: String, _ name: String) {
        bytes += Array("c\(module)\n\(name)\n".utf8)
    }

    private mutating func text(_ text: String) {
        bytes.append(UInt8(ascii: "X"))
        little(UInt32(truncatingIfNeeded: text.utf8.count))
        bytes += Array(text.utf8)
    }

    private mutating func integer(_ value: Int) {
        guard let small = Int32(exactly: value) else {
            bytes += [0x8A, 8]  // LONG1 of 8 bytes
            return little(UInt64(bitPattern: Int64(value)))
        }
        bytes.append(UInt8(ascii: "J"))
        little(UInt32(bitPattern: small))
    }

    private mutating func tuple(_ values: [Int]) {
        bytes.append(UInt8(ascii: "("))
        for value in values { integer(value) }
        bytes.append(UInt8(ascii: "t"))
    }

    private mutating func little<Number: FixedWidthInteger>(_ value: Number) {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }
}

/// Writes a ZIP archive of stored members (APPNOTE 6.3, without zip64), whose contents begin at
/// multiples of 64 bytes so that they can be mapped.
package struct ZipWriter: ~Copyable {
    private var file: AtomicFile
    private var directory: [UInt8] = []
    private var count = 0

    /// An archive in a file that begins here.
    package init(_ file: consuming AtomicFile) { self.file = file }

    /// Adds a member.
    package mutating func add(_ name: String, _ content: [UInt8]) throws(FileError) {
        let start = file.count
        let bare = start + 30 + name.utf8.count
        let padding = (64 - (bare + 4) % 64) % 64
        var common = Record()
        common.little(UInt16(20))  // version needed
        common.little(UInt16(0))
        common.little(UInt16(0))  // stored
        common.little(UInt32(0x0021_0000))  // 1 January 1980
        common.little(CRC32.checksum(content))
        common.little(UInt32(truncatingIfNeeded: content.count))
        common.little(UInt32(truncatingIfNeeded: content.count))
        common.little(UInt16(truncatingIfNeeded: name.utf8.count))
        var local = Record()
        local.little(UInt32(0x0403_4B50))
        local.bytes += common.bytes
        local.little(UInt16(truncatingIfNeeded: padding + 4))
        local.bytes += Array(name.utf8)
        local.little(UInt16(0x4246))  // an extra field that only pads, as PyTorch's "FB"
        local.little(UInt16(truncatingIfNeeded: padding))
        local.bytes += [UInt8](repeating: UInt8(ascii: "Z"), count: padding)
        try file.write(local.bytes)
        try file.write(content)
        var entry = Record()
        entry.little(UInt32(0x0201_4B50))
        entry.little(UInt16(20))
        entry.bytes += common.bytes
        for _ in 0..<4 { entry.little(UInt16(0)) }
        entry.little(UInt32(0))
        entry.little(UInt32(truncatingIfNeeded: start))
        directory += entry.bytes + Array(name.utf8)
        count += 1
    }

    /// Writes the directory; false, and no file, where offsets do not fit 32 bits.
    package consuming func finish() throws(FileError) -> Bool {
        let start = file.count
        guard start + directory.count < Int(UInt32.max), count < Int(UInt16.max) else {
            return false
        }
        var end = Record()
        end.little(UInt32(0x0605_4B50))
        end.little(UInt32(0))
        end.little(UInt16(truncatingIfNeeded: count))
        end.little(UInt16(truncatingIfNeeded: count))
        end.little(UInt32(truncatingIfNeeded: directory.count))
        end.little(UInt32(truncatingIfNeeded: start))
        end.little(UInt16(0))
        try file.write(directory)
        try file.write(end.bytes)
        try file.commit()
        return true
    }

    private struct Record {
        var bytes: [UInt8] = []

        mutating func little<Number: FixedWidthInteger>(_ value: Number) {
            withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
        }
    }
}

/// The checksum of ZIP archives (IEEE 802.3).
package enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in
            value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
        }
    }

    /// The checksum of some bytes.
    package static func checksum(_ bytes: [UInt8]) -> UInt32 {
        let sum = table.withUnsafeBufferPointer { table in
            bytes.reduce(UInt32.max) { sum, byte in
                table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ (sum >> 8)
            }
        }
        return ~sum
    }
}
