internal import CambiumFiles
internal import CambiumImaging

/// The preprocessing as a bundle's manifest holds it, the reading's members among its own.
extension Preprocessing: Codable {
    private enum CodingKeys: String, CodingKey {
        case height, width, mean, resize, color, intensity
        case deviation = "std"
    }

    /// Writes the numbers, and for readers how pixels are resized and in which order colours stand.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(height, forKey: .height)
        try members.encode(width, forKey: .width)
        try members.encode(mean, forKey: .mean)
        try members.encode(deviation, forKey: .deviation)
        try members.encode("bicubic, as Pillow 11, aspect not kept", forKey: .resize)
        try members.encode("RGB", forKey: .color)
        try reading?.encode(to: encoder)
    }

    /// Reads the members; without an intensity recipe there is no reading.
    public init(from decoder: any Decoder) throws {
        self.init()
        let members = try decoder.container(keyedBy: CodingKeys.self)
        func colors(_ key: CodingKeys) throws -> [Double] {
            try members.decode(key, "a list of three numbers") { $0.count == 3 }
        }
        height = try members.decode(Int.self, forKey: .height)
        width = try members.decode(Int.self, forKey: .width)
        (mean, deviation) = (try colors(.mean), try colors(.deviation))
        if members.contains(.intensity) { reading = try ImageReading(from: decoder) }
    }
}
