internal import CambiumFiles

/// A TensorBoard event file: TFRecord frames (length, masked CRC-32C, bytes, masked CRC-32C)
/// around `tensorflow.Event` messages, of which scalars need three fields only.
package struct EventFile {
    private let log: AppendingFile

    /// Starts a file in a run folder; `time` in seconds since 1970 names and dates it.
    package init(folder: String, time: Double) throws {
        log = try AppendingFile("\(folder)/events.out.tfevents.\(Int(time)).cambium")
        try write(
            Message {
                $0.double(1, time); $0.text(3, "brain.Event:2")
            })
    }

    /// Appends scalars of one step.
    package func write(step: Int, time: Double, scalars: [(tag: String, value: Double)]) throws {
        try write(
            Message { event in
                event.double(1, time)
                event.integer(2, step)
                event.message(5) { summary in
                    for (tag, value) in scalars {
                        summary.message(1) {
                            $0.text(1, tag); $0.float(2, Float(value))
                        }
                    }
                }
            })
    }

    private func write(_ message: Message) throws {
        let length = withUnsafeBytes(of: UInt64(message.bytes.count).littleEndian) { Array($0) }
        try log.append(
            length + CRC32C.masked(length) + message.bytes + CRC32C.masked(message.bytes))
    }
}

/// The little of protocol buffers' wire format that scalars need.
private struct Message {
    var bytes: [UInt8] = []

    init(_ fill: (inout Message) -> Void) { fill(&self) }

    mutating func integer(_ field: Int, _ value: Int) {
        varint(field << 3)
        varint(value)
    }

    mutating func double(_ field: Int, _ value: Double) {
        varint(field << 3 | 1)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }

    mutating func float(_ field: Int, _ value: Float) {
        varint(field << 3 | 5)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }

    mutating func text(_ field: Int, _ value: String) { block(field, Array(value.utf8)) }

    mutating func message(_ field: Int, _ fill: (inout Message) -> Void) {
        block(field, Message(fill).bytes)
    }

    private mutating func block(_ field: Int, _ content: [UInt8]) {
        varint(field << 3 | 2)
        varint(content.count)
        bytes += content
    }

    private mutating func varint(_ value: Int) {
        var rest = UInt64(bitPattern: Int64(value))
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// CRC-32C (Castagnoli), masked as TFRecord files store it.
package enum CRC32C {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in
            value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1
        }
    }

    /// The checksum itself.
    package static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
    }

    /// The bytes that stand in a file, least first.
    package static func masked(_ bytes: [UInt8]) -> [UInt8] {
        let sum = checksum(bytes)
        let masked = (sum >> 15 | sum << 17) &+ 0xA282_EAD8
        return withUnsafeBytes(of: masked.littleEndian) { Array($0) }
    }
}
