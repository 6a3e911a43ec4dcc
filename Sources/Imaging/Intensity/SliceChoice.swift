/// Which slices of a volume become images. Slices are numbered from 1 in the direction of the
/// plane's axis: to the right (sagittal), to the front (coronal), up (axial).
public enum SliceChoice: Sendable, Equatable {
    /// Every slice.
    case all
    /// So many slices around the middle.
    case middle(Int)
    /// From one slice number to another, both included, every `step`-th; nil: the first, the last.
    case numbers(first: Int?, last: Int?, step: Int)
    /// The slices whose middle lies between two percentages of the volume, every `step`-th.
    case percent(low: Double, high: Double, step: Int)

    /// Reads `all`, `middle`, `middle:N`, `A:B`, `A:B:STEP` (either end may be left out) or
    /// `LOW%:HIGH%`, `LOW%:HIGH%:STEP`.
    /// - Throws: ``ImageError/setting(name:detail:)`` for anything else.
    public init(parsing text: String) throws(ImageError) {
        switch text {
        case "all": self = .all
        case "middle": self = .middle(1)
        default:
            guard let choice = Self.middle(text) ?? Self.range(text) else {
                throw .setting(
                    name: "slices \(text)",
                    detail: "must be all, middle, middle:N, A:B, A:B:STEP (numbers from 1, both "
                        + "ends included) or LOW%:HIGH%")
            }
            self = choice
        }
    }

    private static func middle(_ text: String) -> SliceChoice? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "middle", let count = Int(parts[1]), count > 0 else {
            return nil
        }
        return .middle(count)
    }

    private static func range(_ text: String) -> SliceChoice? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(parts.count), let step = parts.count == 3 ? Int(parts[2]) : 1,
            step > 0
        else { return nil }
        if text.contains("%") { return percent(parts[0], parts[1], step) }
        guard let first = end(parts[0]), let last = end(parts[1]) else { return nil }
        if let first, let last, first > last { return nil }
        return .numbers(first: first, last: last, step: step)
    }

    private static func percent(_ low: String, _ high: String, _ step: Int) -> SliceChoice? {
        guard low.hasSuffix("%"), high.hasSuffix("%"), let low = Double(low.dropLast()),
            let high = Double(high.dropLast()), 0 <= low, low < high, high <= 100
        else { return nil }
        return .percent(low: low, high: high, step: step)
    }

    /// An end of a range: nothing, or a number from 1; the outer nil is anything else.
    private static func end(_ text: String) -> Int?? {
        if text.isEmpty { return .some(nil) }
        guard let number = Int(text), number > 0 else { return nil }
        return .some(number)
    }

    /// The slices of a volume that has `count`, counted from 0, rising.
    public func indices(of count: Int) -> [Int] {
        switch self {
        case .all: return Array(0..<count)
        case .middle(let wanted):
            let kept = min(wanted, count)
            let first = (count - kept) / 2
            return Array(first..<(first + kept))
        case .numbers(let first, let last, let step):
            let start = (first ?? 1) - 1
            return Array(stride(from: start, to: min(last ?? count, count), by: step))
        case .percent(let low, let high, let step):
            let inside = (0..<count).filter {
                let place = 100 * (Double($0) + 0.5) / Double(count)
                return low <= place && place <= high
            }
            return stride(from: 0, to: inside.count, by: step).map { inside[$0] }
        }
    }

    /// The choice as it is written.
    public var text: String {
        switch self {
        case .all: "all"
        case .middle(let count): count == 1 ? "middle" : "middle:\(count)"
        case .numbers(let first, let last, let step):
            "\(first.map(String.init) ?? ""):\(last.map(String.init) ?? "")" + Self.tail(step)
        case .percent(let low, let high, let step): "\(low)%:\(high)%" + Self.tail(step)
        }
    }

    private static func tail(_ step: Int) -> String { step == 1 ? "" : ":\(step)" }
}
