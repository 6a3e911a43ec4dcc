public import CambiumFiles

extension ImageReading {
    /// The members that stand in `dataset.json` and among a bundle's preprocessing.
    public var members: [String: JSON] {
        ["exif_orientation": .bool(exifOrientation), "intensity": intensity.json]
    }

    /// Reads the members; nil where no recipe is named or it makes no sense.
    public init?(_ json: JSON) {
        guard let intensity = json["intensity"].flatMap(IntensityRecipe.init) else { return nil }
        self.init(
            exifOrientation: json["exif_orientation"]?.bool ?? false, intensity: intensity)
    }
}

extension IntensityRecipe {
    /// The recipe as an object, its `kind` and numbers.
    public var json: JSON {
        switch self {
        case .auto: ["kind": "auto"]
        case .full: ["kind": "full"]
        case .window(let center, let width):
            ["kind": "window", "center": .number(center), "width": .number(width)]
        case .percentiles(let low, let high):
            ["kind": "percentiles", "low": .number(low), "high": .number(high)]
        }
    }

    /// Reads what ``json`` gives; nil for anything else.
    public init?(_ json: JSON) {
        switch json["kind"]?.string {
        case "auto": self = .auto
        case "full": self = .full
        case "window":
            guard let center = json["center"]?.number, let width = json["width"]?.number,
                let recipe = try? IntensityRecipe.checkedWindow(center, width)
            else { return nil }
            self = recipe
        case "percentiles":
            guard let low = json["low"]?.number, let high = json["high"]?.number,
                let recipe = try? IntensityRecipe.checkedPercentiles(low, high)
            else { return nil }
            self = recipe
        default: return nil
        }
    }

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
