internal import CambiumFiles

/// Reads the pickle of a `torch.save` file without running any of it.
///
/// A pickle is a program for a small stack machine. This one knows the instructions that a
/// dictionary of tensors needs and refuses every other; the functions it "calls" are the few of
/// ``PickleGlobal``, which only note what they were given. Protocols 2 to 5 (Python's
/// `pickletools` documents the instructions).
struct PickleReader {
    private let bytes: UnsafeRawBufferPointer
    private let path: String
    private var position = 0
    private var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    private var heap = PickleHeap()

    /// Real ones take some 100 bytes a tensor; the bound keeps memory in check for hostile ones.
    private static let longest = 16 << 20

    /// Runs the pickle in `bytes`; `path` is for messages.
    static func read(
        _ bytes: UnsafeRawBufferPointer, path: String
    ) throws(TorchError) -> (top: PickleValue, heap: PickleHeap) {
        var reader = PickleReader(bytes: bytes, path: path)
        guard bytes.count <= longest else {
            throw reader.refuse("its pickle takes \(bytes.count) bytes, too many for names")
        }
        return (try reader.run(), reader.heap)
    }

    private init(bytes: UnsafeRawBufferPointer, path: String) {
        (self.bytes, self.path) = (bytes, path)
    }

    private func refuse(_ reason: String) -> TorchError { .file(path: path, reason: reason) }

    private var cutOff: TorchError {
        refuse("its pickle is cut off or damaged at byte \(position); copy or download it again")
    }

    private mutating func run() throws(TorchError) -> PickleValue {
        while true {
            let code = try take(UInt8.self)
            guard let instruction = PickleInstruction(rawValue: code) else {
                throw unknown(code)
            }
            if instruction == .stop { return try pop() }
            try perform(instruction)
        }
    }

    private func unknown(_ code: UInt8) -> TorchError {
        let hex = String(code, radix: 16, uppercase: true)
        return refuse(
            "its pickle holds the instruction 0x\(hex) at byte \(position - 1), which no "
                + "dictionary of tensors needs; no code was run")
    }

    private mutating func perform(_ instruction: PickleInstruction) throws(TorchError) {
        switch instruction {
        case .proto: _ = try take(UInt8.self)
        case .frame: _ = try take(UInt64.self)
        case .stop: break
        case .mark: marks.append(stack.count)
        case .none: stack.append(.none)
        case .newTrue: stack.append(.bool(true))
        case .newFalse: stack.append(.bool(false))
        case .binInt: stack.append(.integer(Int(try take(Int32.self))))
        case .binInt1: stack.append(.integer(Int(try take(UInt8.self))))
        case .binInt2: stack.append(.integer(Int(try take(UInt16.self))))
        case .long1: stack.append(.integer(try takeLong()))
        case .binFloat: stack.append(.real(Double(bitPattern: try take(UInt64.self).byteSwapped)))
        case .shortBinUnicode, .shortBinString: try pushText(Int(try take(UInt8.self)))
        case .binUnicode, .binString: try pushText(Int(try take(UInt32.self)))
        case .binUnicode8: try pushText(Int(clamping: try take(UInt64.self)))
        case .binGet: try recall(Int(try take(UInt8.self)))
        case .longBinGet: try recall(Int(try take(UInt32.self)))
        case .binPut: memo[Int(try take(UInt8.self))] = try top()
        case .longBinPut: memo[Int(try take(UInt32.self))] = try top()
        case .memoize: memo[memo.count] = try top()
        case .emptyTuple, .emptyList, .emptyDict, .tuple, .tuple1, .tuple2, .tuple3:
            try collect(instruction)
        case .append, .appends, .setItem, .setItems: try extend(instruction)
        case .global, .stackGlobal, .binPersId, .reduce, .build: try make(instruction)
        }
    }

    private mutating func collect(_ instruction: PickleInstruction) throws(TorchError) {
        switch instruction {
        case .emptyList: stack.append(.list(heap.add([])))
        case .emptyDict: stack.append(.dictionary(heap.add([])))
        case .emptyTuple: try pushTuple(of: 0)
        case .tuple1: try pushTuple(of: 1)
        case .tuple2: try pushTuple(of: 2)
        case .tuple3: try pushTuple(of: 3)
        default: stack.append(.tuple(heap.add(try popToMark())))
        }
    }

    private mutating func extend(_ instruction: PickleInstruction) throws(TorchError) {
        let isSingle = instruction == .append || instruction == .setItem
        let isList = instruction == .append || instruction == .appends
        let items = isSingle ? try pop(isList ? 1 : 2) : try popToMark()
        switch (try top(), isList) {
        case (.list(let place), true): heap.extend(place, items)
        case (.dictionary(let place), false) where items.count % 2 == 0:
            heap.extend(place, items)
        default: throw cutOff
        }
    }

    private mutating func make(_ instruction: PickleInstruction) throws(TorchError) {
        switch instruction {
        case .global: try pushGlobal(try takeLine(), try takeLine())
        case .stackGlobal:
            let names = try pop(2)
            guard let module = names[0].text, let name = names[1].text else { throw cutOff }
            try pushGlobal(module, name)
        case .binPersId:
            guard let storage = PickledStorage(try pop(), heap) else {
                throw refuse("its pickle refers to something other than a storage of numbers")
            }
            stack.append(.storage(storage))
        case .reduce: try reduce()
        default: try build()
        }
    }

    /// Python calls a function here; this reader notes what the function would have made.
    private mutating func reduce() throws(TorchError) {
        let call = try pop(2)
        guard case .global(let global) = call[0], let arguments = heap.tuple(call[1]) else {
            throw refuse("its pickle calls something other than a function; no code was run")
        }
        switch global {
        case .orderedDictionary where arguments.isEmpty:
            stack.append(.dictionary(heap.add([])))
        case .rebuildParameter where arguments.count == 3:
            guard case .tensor = arguments[0] else { throw cutOff }
            stack.append(arguments[0])
        case .rebuildTensor:
            guard let tensor = PickledTensor(arguments, heap) else {
                throw refuse("its pickle describes a tensor in a way no torch.save does")
            }
            stack.append(.tensor(heap.add(tensor)))
        default:
            throw refuse("its pickle calls a function with arguments no torch.save gives it")
        }
    }

    /// Attributes: PyTorch gives a state dictionary `_metadata`, which loading does not need.
    private mutating func build() throws(TorchError) {
        let state = try pop()
        guard case .dictionary = state, case .dictionary = try top() else {
            throw refuse("its pickle sets the state of an object; no code was run")
        }
    }

    private mutating func pushGlobal(_ module: String, _ name: String) throws(TorchError) {
        guard let global = PickleGlobal(module: module, name: name) else {
            throw refuse(
                "its pickle asks for \(shown("\(module).\(name)")), which no dictionary of "
                    + "tensors needs; no code was run: save only the state dictionary, with "
                    + "torch.save(model.state_dict(), ...) or as safetensors")
        }
        stack.append(.global(global))
    }
}

extension PickleReader {
    private mutating func take<Number: FixedWidthInteger>(
        _ type: Number.Type
    ) throws(TorchError) -> Number {
        guard let number = bytes.little(type, at: position) else { throw cutOff }
        position += MemoryLayout<Number>.size
        return number
    }

    /// A whole number of 0 to 8 bytes, two's complement.
    private mutating func takeLong() throws(TorchError) -> Int {
        let count = Int(try take(UInt8.self))
        guard count <= 8 else { throw refuse("its pickle holds a number of \(count) bytes") }
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(try take(UInt8.self)) << (8 * UInt64(index)) }
        // A shift by 64 gives 0, so that no bytes mean 0.
        let unused = 64 - 8 * count
        return Int(Int64(bitPattern: value << unused) >> unused)
    }

    private mutating func pushText(_ count: Int) throws(TorchError) {
        guard let text = bytes.text(at: position, count: count) else { throw cutOff }
        position += count
        stack.append(.text(text))
    }

    private mutating func takeLine() throws(TorchError) -> String {
        let rest = bytes[min(position, bytes.count)...]
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")),
            let line = bytes.text(at: position, count: end - position)
        else { throw cutOff }
        position = end + 1
        return line
    }

    private func top() throws(TorchError) -> PickleValue {
        guard let value = stack.last, stack.count > marks.last ?? 0 else { throw cutOff }
        return value
    }

    private mutating func pop() throws(TorchError) -> PickleValue { try pop(1)[0] }

    private mutating func pop(_ count: Int) throws(TorchError) -> [PickleValue] {
        guard stack.count - (marks.last ?? 0) >= count else { throw cutOff }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    private mutating func popToMark() throws(TorchError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw cutOff }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    private mutating func pushTuple(of count: Int) throws(TorchError) {
        stack.append(.tuple(heap.add(try pop(count))))
    }

    private mutating func recall(_ index: Int) throws(TorchError) {
        guard let value = memo[index] else { throw cutOff }
        stack.append(value)
    }
}
