/// What stands behind transparent pixels of a PNG.
public enum Background: Sendable, Equatable {
    /// Their own colours, however little of them shows, as Pillow's `convert("RGB")` keeps them.
    case keep
    /// One colour, over which the picture is laid as Pillow's `paste` with a mask does.
    case color(red: UInt8, green: UInt8, blue: UInt8)

    /// White.
    public static let white = Background.color(red: 255, green: 255, blue: 255)
    /// Black.
    public static let black = Background.color(red: 0, green: 0, blue: 0)

    /// A background as people write it: `white`, `black`, `keep` or `#rrggbb`.
    /// - Throws: ``ImageError/setting(name:detail:)`` for anything else.
    public init(parsing text: String) throws(ImageError) {
        switch text {
        case "keep": self = .keep
        case "white": self = .white
        case "black": self = .black
        default:
            let digits = text.dropFirst()
            guard text.hasPrefix("#"), digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit),
                let value = UInt32(digits, radix: 16)
            else {
                throw .setting(
                    name: "background \(text)", detail: "must be white, black, keep or #rrggbb")
            }
            self = .color(
                red: UInt8(value >> 16), green: UInt8(value >> 8 & 255), blue: UInt8(value & 255))
        }
    }

    /// The same as people write it.
    public var text: String {
        switch self {
        case .keep: return "keep"
        case .white: return "white"
        case .black: return "black"
        case .color(let red, let green, let blue):
            let parts = [red, green, blue].map { part in
                let digits = String(part, radix: 16)
                return digits.count < 2 ? "0\(digits)" : digits
            }
            return "#" + parts.joined()
        }
    }
}

extension Background: Codable {
    /// Writes ``text``.
    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(text)
    }

    /// Reads ``text``; refuses what is none.
    public init(from decoder: any Decoder) throws {
        try self.init(parsing: decoder.singleValueContainer().decode(String.self))
    }
}

/// Pixels of four channels, the last of them how opaque they are.
struct TransparentPicture {
    /// `[pixels, 4]`, not premultiplied.
    let values: [UInt8]

    /// Whether any pixel lets something through.
    var isTransparent: Bool {
        stride(from: 3, to: values.count, by: 4).contains { values[$0] != 255 }
    }

    /// `[pixels, 3]` before a background.
    func pixels(_ background: Background) -> [UInt8] {
        let count = values.count / 4
        return [UInt8](unsafeUninitializedCapacity: count * 3) { pixels, filled in
            for pixel in 0..<count {
                for channel in 0..<3 { pixels[3 * pixel + channel] = values[4 * pixel + channel] }
            }
            filled = count * 3
            guard case .color(let red, let green, let blue) = background else { return }
            let behind = [red, green, blue].map(Int.init)
            for pixel in 0..<count where values[4 * pixel + 3] != 255 {
                let opaque = Int(values[4 * pixel + 3])
                for channel in 0..<3 {
                    // Pillow's rounding division by 255.
                    let sum =
                        Int(values[4 * pixel + channel]) * opaque
                        + behind[channel] * (255 - opaque) + 128
                    pixels[3 * pixel + channel] = UInt8(((sum >> 8) + sum) >> 8)
                }
            }
        }
    }
}
