/// A value on the pickle machine's stack. Everything that can hold other values lives in a heap
/// and is named by its place, so that no depth of nesting costs the reader's own stack.
enum PickleValue {
    case none
    case bool(Bool)
    case integer(Int)
    case real(Double)
    case text(String)
    case tuple(Int)
    case list(Int)
    case dictionary(Int)
    case global(PickleGlobal)
    case storage(PickledStorage)
    case tensor(Int)

    /// The text, when this is one.
    var text: String? { if case .text(let text) = self { text } else { nil } }
    /// The whole number, when this is one.
    var integer: Int? { if case .integer(let value) = self { value } else { nil } }
}

/// What the values of a pickle hold: elements of tuples and lists, keys and values of
/// dictionaries in turn, tensors.
struct PickleHeap {
    private var contents: [[PickleValue]] = []
    private var tensors: [PickledTensor] = []

    mutating func add(_ values: [PickleValue]) -> Int {
        contents.append(values)
        return contents.count - 1
    }

    mutating func add(_ tensor: PickledTensor) -> Int {
        tensors.append(tensor)
        return tensors.count - 1
    }

    mutating func extend(_ place: Int, _ values: [PickleValue]) {
        contents[place].append(contentsOf: values)
    }

    /// The elements of a tuple, nil for anything else.
    func tuple(_ value: PickleValue) -> [PickleValue]? {
        if case .tuple(let place) = value { contents[place] } else { nil }
    }

    /// The tensor, nil for anything else.
    func tensor(_ value: PickleValue) -> PickledTensor? {
        if case .tensor(let place) = value { tensors[place] } else { nil }
    }

    /// Keys and values of a dictionary in the order of their setting, nil for anything else.
    func dictionary(_ value: PickleValue) -> [(key: PickleValue, value: PickleValue)]? {
        guard case .dictionary(let place) = value else { return nil }
        let items = contents[place]
        return stride(from: 0, to: items.count - 1, by: 2).map { (items[$0], items[$0 + 1]) }
    }
}

/// The few names of Python that a dictionary of tensors needs.
enum PickleGlobal: Equatable {
    case orderedDictionary
    case rebuildTensor
    case rebuildParameter
    case storage(ElementType)

    private static let storages: [String: ElementType] = [
        "FloatStorage": .float32, "DoubleStorage": .float64, "HalfStorage": .float16,
        "BFloat16Storage": .bfloat16, "LongStorage": .int64, "IntStorage": .int32,
        "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8, "BoolStorage": .bool,
    ]

    init?(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch", _):
            guard let type = Self.storages[name] else { return nil }
            self = .storage(type)
        default: return nil
        }
    }
}

/// A run of numbers in a member of its own: `("storage", type, key, location, count)`.
struct PickledStorage {
    let type: ElementType
    let key: String
    let count: Int

    init?(_ identifier: PickleValue, _ heap: PickleHeap) {
        guard let parts = heap.tuple(identifier), parts.count == 5, parts[0].text == "storage",
            case .global(.storage(let type)) = parts[1], let key = parts[2].text,
            let count = parts[4].integer
        else { return nil }
        (self.type, self.key, self.count) = (type, key, count)
    }
}

/// A view of a storage: `(storage, offset, sizes, strides, requires_grad, hooks)`.
struct PickledTensor {
    let storage: PickledStorage
    let offset: Int
    let shape: [Int]
    let strides: [Int]

    init?(_ arguments: [PickleValue], _ heap: PickleHeap) {
        guard (6...7).contains(arguments.count), case .storage(let storage) = arguments[0],
            let offset = arguments[1].integer,
            let shape = heap.tuple(arguments[2])?.map(\.integer), !shape.contains(nil),
            let strides = heap.tuple(arguments[3])?.map(\.integer), !strides.contains(nil)
        else { return nil }
        (self.storage, self.offset) = (storage, offset)
        (self.shape, self.strides) = (shape.compactMap { $0 }, strides.compactMap { $0 })
    }

    /// Elements of the storage from the first to the last that the view touches, nil when the
    /// view is none: negative numbers, sizes without strides, or an end outside the storage.
    var span: Range<Int>? {
        guard shape.count == strides.count, offset >= 0, offset <= storage.count,
            shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 })
        else { return nil }
        if shape.contains(0) { return offset..<offset }
        var last = offset
        for (size, stride) in zip(shape, strides) {
            let (step, tooFar) = (size - 1).multipliedReportingOverflow(by: stride)
            let (sum, overflow) = last.addingReportingOverflow(step)
            guard !tooFar, !overflow else { return nil }
            last = sum
        }
        return last < storage.count ? offset..<last + 1 : nil
    }

    /// Whether the elements stand in row-major order without gaps.
    var isContiguous: Bool {
        var expected = 1
        for (size, stride) in zip(shape, strides).reversed() where size != 1 {
            guard stride == expected else { return false }
            expected = expected.multipliedReportingOverflow(by: size).partialValue
        }
        return true
    }
}

/// The instructions that a dictionary of tensors needs, by their codes.
enum PickleInstruction: UInt8 {
    case mark = 0x28
    case emptyTuple = 0x29
    case stop = 0x2E
    case binFloat = 0x47
    case binInt = 0x4A
    case binInt1 = 0x4B
    case binInt2 = 0x4D
    case none = 0x4E
    case binPersId = 0x51
    case reduce = 0x52
    case binString = 0x54
    case shortBinString = 0x55
    case binUnicode = 0x58
    case emptyList = 0x5D
    case append = 0x61
    case build = 0x62
    case global = 0x63
    case appends = 0x65
    case binGet = 0x68
    case longBinGet = 0x6A
    case binPut = 0x71
    case longBinPut = 0x72
    case setItem = 0x73
    case tuple = 0x74
    case setItems = 0x75
    case emptyDict = 0x7D
    case proto = 0x80
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case newTrue = 0x88
    case newFalse = 0x89
    case long1 = 0x8A
    case shortBinUnicode = 0x8C
    case binUnicode8 = 0x8D
    case stackGlobal = 0x93
    case memoize = 0x94
    case frame = 0x95
}
