/// The colours of a figure: one name, a value for light and one for dark ground. Hues are those of
/// Okabe and Ito (2008), which people with any colour vision tell apart, without the yellow that
/// white paper swallows.
package enum Ink: Hashable, Sendable {
    case paper, ink, muted, line, cell, accent, miss, alarm
    /// One of seven; numbers beyond go round.
    case hue(Int)

    static let hues = 7

    static let all: [Ink] =
        [.paper, .ink, .muted, .line, .cell, .accent, .miss, .alarm] + (0..<hues).map(Ink.hue)

    /// Its name in style sheets.
    var name: String {
        switch self {
        case .paper: "paper"
        case .ink: "ink"
        case .muted: "muted"
        case .line: "line"
        case .cell: "cell"
        case .accent: "accent"
        case .miss: "miss"
        case .alarm: "alarm"
        case .hue(let number): "h\(number % Self.hues)"
        }
    }

    /// On light ground and on paper, as `0xRRGGBB`.
    var light: UInt32 {
        switch self {
        case .paper: 0xFFFFFF
        case .ink: 0x1B2026
        case .muted: 0x5F6973
        case .line: 0xE2E6EA
        case .cell: 0xF3F5F7
        case .accent: 0x1F5FB4
        case .miss: 0xC8511B
        case .alarm: 0xB3001B
        case .hue(let number):
            [0x0072B2, 0xD55E00, 0x009E73, 0xC0659B, 0x56B4E9, 0xE69F00, 0x5A5F66][
                number % Self.hues]
        }
    }

    /// On dark ground.
    var dark: UInt32 {
        switch self {
        case .paper: 0x15181C
        case .ink: 0xE6E9EC
        case .muted: 0x9CA6B0
        case .line: 0x2D333A
        case .cell: 0x1E2328
        case .accent: 0x79AEF5
        case .miss: 0xF08A52
        case .alarm: 0xFF7A85
        case .hue(let number):
            [0x3E9FDC, 0xF0803C, 0x2BBF94, 0xE09CC4, 0x8FD0F7, 0xF2B53C, 0xB4B9BF][
                number % Self.hues]
        }
    }

    static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// Classes `f-NAME` and `s-NAME` that fill and stroke with a colour.
    static func classes(_ value: (Ink) -> String) -> String {
        all.map { ink in
            ".fig .f-\(ink.name){fill:\(value(ink))}.fig .s-\(ink.name){stroke:\(value(ink))}"
        }.joined(separator: "\n")
    }

    /// `--NAME:VALUE;` for every colour.
    static func variables(_ value: (Ink) -> UInt32) -> String {
        all.map { "--\($0.name):\(hexadecimal(value($0)))" }.joined(separator: ";")
    }
}
