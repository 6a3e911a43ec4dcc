import Glibc

/// Values to grey levels, 0 to 255, rounded.
enum GreyMap: Equatable {
    /// DICOM's VOI LUT functions (PS3.3, C.11.2).
    enum Function: String {
        case linear = "LINEAR"
        case exact = "LINEAR_EXACT"
        case sigmoid = "SIGMOID"
    }

    case window(center: Double, width: Double, Function)
    /// The first value that the table maps, and its output in 0 to 1.
    case table(first: Double, [Double])
    /// Straight from `low` to `high`; black where they are equal.
    case range(low: Double, high: Double)

    /// The place of a value between black and white, 0 to 1.
    func fraction(_ value: Double) -> Double {
        let fraction: Double =
            switch self {
            case .window(let center, let width, .linear):
                width > 1
                    ? (value - (center - 0.5)) / (width - 1) + 0.5
                    : value > center - 0.5 ? 1 : 0
            case .window(let center, let width, .exact): (value - center) / width + 0.5
            case .window(let center, let width, .sigmoid):
                1 / (1 + exp(-4 * (value - center) / width))
            case .table(let first, let outputs):
                outputs[Int(min(max(value - first, 0), Double(outputs.count - 1)))]
            case .range(let low, let high): high > low ? (value - low) / (high - low) : 0
            }
        return fraction > 0 ? min(fraction, 1) : 0
    }

    /// The grey level of a value.
    func grey(_ value: Double) -> UInt8 { UInt8((fraction(value) * 255).rounded()) }

    /// For people.
    var description: String {
        switch self {
        case .window(let center, let width, let function):
            "window \(center), \(width) (\(function.rawValue))"
        case .table(_, let outputs): "table of \(outputs.count) entries"
        case .range(let low, let high): "\(low) to \(high)"
        }
    }
}
