internal import CambiumFiles

/// The members that stand in `dataset.json` and among a bundle's preprocessing.
extension ImageReading: Codable {
    /// Writes the members; of the background nothing where transparent pixels are kept.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(exifOrientation, forKey: .exifOrientation)
        try members.encode(intensity, forKey: .intensity)
        if background != .keep { try members.encode(background, forKey: .background) }
    }

    /// Reads the members; a file of an earlier version says nothing of the orientation.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            exifOrientation: try members.decodeIfPresent(Bool.self, forKey: .exifOrientation)
                ?? false,
            intensity: try members.decode(IntensityRecipe.self, forKey: .intensity))
        background =
            try members.decodeIfPresent(Background.self, forKey: .background) ?? background
    }
}

/// An object of its `kind` and numbers: the compiler's own form of an enumeration is another.
extension IntensityRecipe: Codable {
    /// The recipes without their numbers.
    package enum Kind: String, Codable, CaseIterable, Sendable {
        case auto, full, window, percentiles
    }

    /// Which recipe it is.
    package var kind: Kind {
        switch self {
        case .auto: .auto
        case .full: .full
        case .window: .window
        case .percentiles: .percentiles
        }
    }

    private enum CodingKeys: CodingKey { case kind, center, width, low, high }

    /// Writes the kind and what numbers it has.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(kind, forKey: .kind)
        switch self {
        case .auto, .full: break
        case .window(let center, let width):
            try members.encode(center, forKey: .center)
            try members.encode(width, forKey: .width)
        case .percentiles(let low, let high):
            try members.encode(low, forKey: .low)
            try members.encode(high, forKey: .high)
        }
    }

    /// Reads what was written; refuses numbers that make no recipe.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        func number(_ key: CodingKeys) throws -> Double {
            try members.decode(Double.self, forKey: key)
        }
        switch try members.decode(Kind.self, forKey: .kind) {
        case .auto: self = .auto
        case .full: self = .full
        case .window: self = try Self.checkedWindow(number(.center), number(.width))
        case .percentiles: self = try Self.checkedPercentiles(number(.low), number(.high))
        }
    }
}

extension IntensityRecipe {
    /// A window as people write it, `CENTER,WIDTH`.
    /// - Throws: ``ImageError/setting(name:detail:)`` unless it is two numbers and the width is 1
    ///   or more.
    public static func window(parsing text: String) throws(ImageError) -> IntensityRecipe {
        guard let numbers = pair(text) else {
            throw .setting(name: "window \(text)", detail: "must be CENTER,WIDTH, such as 40,400")
        }
        return try checkedWindow(numbers.0, numbers.1)
    }

    /// Percentiles as people write them, `LOW,HIGH`.
    /// - Throws: ``ImageError/setting(name:detail:)`` unless they rise within 0...100.
    public static func percentiles(parsing text: String) throws(ImageError) -> IntensityRecipe {
        guard let numbers = pair(text) else {
            throw .setting(name: "percentiles \(text)", detail: "must be LOW,HIGH, such as 1,99")
        }
        return try checkedPercentiles(numbers.0, numbers.1)
    }

    private static func pair(_ text: String) -> (Double, Double)? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = Double(parts[0]), let second = Double(parts[1]) else {
            return nil
        }
        return (first, second)
    }

    private static func checkedWindow(
        _ center: Double, _ width: Double
    ) throws(ImageError) -> IntensityRecipe {
        guard center.isFinite, width.isFinite, width >= 1 else {
            throw .setting(
                name: "window \(center),\(width)", detail: "the width must be 1 or more")
        }
        return .window(center: center, width: width)
    }

    private static func checkedPercentiles(
        _ low: Double, _ high: Double
    ) throws(ImageError) -> IntensityRecipe {
        guard low >= 0, low < high, high <= 100 else {
            throw .setting(
                name: "percentiles \(low),\(high)", detail: "must rise within 0 to 100")
        }
        return .percentiles(low: low, high: high)
    }
}
