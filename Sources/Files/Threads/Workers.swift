internal import Dispatch
internal import Glibc

/// Work in parts on all cores. What a part computes must not depend on the number of cores.
public enum Workers {
    /// How many parts run at the same time.
    public static let count = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

    /// Runs `body` for 0, 1 ... parts - 1, in any order and at the same time.
    public static func perform(_ parts: Int, _ body: @Sendable (Int) -> Void) {
        guard parts > 1 else {
            if parts == 1 { body(0) }
            return
        }
        DispatchQueue.concurrentPerform(iterations: parts, execute: body)
    }

    /// What `body` gives for 0, 1 ... count - 1, in this order, computed at the same time.
    public static func map<Value: Sendable>(
        _ count: Int, _ body: @Sendable (Int) -> Value
    ) -> [Value] {
        guard count > 0 else { return [] }
        return .init(unsafeUninitializedCapacity: count) { values, filled in
            // Each part writes its own place, and all are written before this returns.
            nonisolated(unsafe) let place = values.baseAddress
            perform(count) { index in
                place.map { ($0 + index).initialize(to: body(index)) }
            }
            filled = count
        }
    }

    /// Runs `body` for parts of `0..<count` of at most `size` each, at the same time; gives what it
    /// gave, one part's values behind the other's.
    public static func flatMap<Value: Sendable>(
        _ count: Int, inPartsOf size: Int, _ body: @Sendable (Range<Int>) -> [Value]
    ) -> [Value] {
        map((count + size - 1) / size) { part in
            body(part * size..<min((part + 1) * size, count))
        }.flatMap(\.self)
    }
}
