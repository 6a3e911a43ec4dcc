/// The element type of a tensor, with libtorch's own numbers.
public enum ElementType: Int32, Sendable, CaseIterable {
    case uint8 = 0
    case int8 = 1
    case int16 = 2
    case int32 = 3
    case int64 = 4
    case float16 = 5
    case float32 = 6
    case float64 = 7
    case bool = 11
    case bfloat16 = 15

    /// Bytes an element takes.
    public var size: Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .int16, .float16, .bfloat16: 2
        case .int32, .float32: 4
        case .int64, .float64: 8
        }
    }

    /// Bytes of a tensor of this shape, nil for a negative size or more than any file holds.
    func byteCount(_ shape: [Int]) -> Int? {
        var total = size
        for size in shape {
            let (next, overflow) = total.multipliedReportingOverflow(by: size)
            guard size >= 0, !overflow else { return nil }
            total = next
        }
        return total <= 1 << 50 ? total : nil
    }

    /// Whether numbers of this type can carry gradients.
    public var isFloating: Bool {
        switch self {
        case .float16, .bfloat16, .float32, .float64: true
        default: false
        }
    }
}

/// A Swift number that a tensor can hold.
public protocol Element: BitwiseCopyable, Sendable {
    /// The tensor type of this number.
    static var type: ElementType { get }
}

extension Float: Element {
    /// Single precision.
    public static var type: ElementType { .float32 }
}
extension Double: Element {
    /// Double precision.
    public static var type: ElementType { .float64 }
}
extension Int64: Element {
    /// 64-bit whole numbers.
    public static var type: ElementType { .int64 }
}
extension Int: Element {
    /// 64-bit whole numbers.
    public static var type: ElementType { .int64 }
}
extension UInt8: Element {
    /// Bytes.
    public static var type: ElementType { .uint8 }
}
