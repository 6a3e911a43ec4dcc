/// Into how many parts a JPEG 2000 divides its tiles (ITU T.800, A.6.1 and B.6): a decoder makes
/// room for each precinct before its first byte is read, and a file of two kilobytes can promise
/// a hundred million of them.
struct JPEG2000Packets {
    /// Precincts of a component, all tiles together. Precincts of 128 x 128 reach half of it where
    /// the picture is as large as the limits allow.
    private static let mostPrecincts = 1 << 17
    /// Precincts times quality layers.
    private static let mostPackets = 1 << 24

    private var layers = 1
    private var divisions: [[(x: Int, y: Int)]] = []

    /// Looks at everything that can be a coding style marker (COD, COC), in the headers of the
    /// picture and of its tiles: their lengths must agree with what they hold, which no packet's
    /// data does by chance.
    /// - Parameter corners: the eight numbers of the SIZ marker, from the right and bottom edge.
    /// - Throws: ``ImageError/dicom(detail:)`` beyond the limits.
    static func check(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, corners: [Int], samples: Int
    ) throws(ImageError) {
        var packets = JPEG2000Packets()
        for place in range.dropLast(14) where bytes[place] == 0xFF {
            switch bytes[place + 1] {
            case 0x52: packets.addDefault(bytes, place + 2, range.upperBound)
            case 0x53: packets.addComponent(bytes, place + 2, range.upperBound)
            default: continue
            }
        }
        let most = packets.divisions.map { Self.precincts($0, corners) }.max() ?? 0
        guard most <= mostPrecincts, most * samples * packets.layers <= mostPackets else {
            throw .dicom(
                detail: "a DICOM with a JPEG 2000 of \(most) precincts in \(packets.layers) "
                    + "layers, which is not read; convert it")
        }
    }

    /// COD: style, progression, layers, colour transform, then as COC.
    private mutating func addDefault(_ bytes: UnsafeRawBufferPointer, _ place: Int, _ end: Int) {
        let isDivided = bytes[place + 2] & 1 == 1
        guard
            let sizes = Self.sizes(
                bytes, place, levels: place + 7, fixed: 12, isDivided: isDivided, end)
        else { return }
        layers = max(layers, Int(bytes.short(place + 4, big: true)))
        divisions.append(sizes)
    }

    /// COC: component (one byte, for there are three at most), style, then as COD.
    private mutating func addComponent(_ bytes: UnsafeRawBufferPointer, _ place: Int, _ end: Int) {
        let isDivided = bytes[place + 3] & 1 == 1
        guard
            let sizes = Self.sizes(
                bytes, place, levels: place + 4, fixed: 9, isDivided: isDivided, end)
        else { return }
        divisions.append(sizes)
    }

    /// The exponents of the precincts' sizes, the smallest resolution first; nil where the length
    /// is not that of such a marker.
    private static func sizes(
        _ bytes: UnsafeRawBufferPointer, _ place: Int, levels: Int, fixed: Int, isDivided: Bool,
        _ end: Int
    ) -> [(x: Int, y: Int)]? {
        let resolutions = Int(bytes[levels]) + 1
        let length = fixed + (isDivided ? resolutions : 0)
        guard resolutions <= 33, Int(bytes.short(place, big: true)) == length,
            place + length <= end
        else { return nil }
        guard isDivided else { return Array(repeating: (15, 15), count: resolutions) }
        return (0..<resolutions).map {
            let byte = Int(bytes[levels + 5 + $0])
            return (byte & 15, byte >> 4)
        }
    }

    /// Precincts of a component in all tiles; one more a tile and direction for those cut in two.
    private static func precincts(_ sizes: [(x: Int, y: Int)], _ corners: [Int]) -> Int {
        let tiles =
            ((corners[0] - corners[6]) / corners[4] + 1)
            * ((corners[1] - corners[7]) / corners[5] + 1)
        // DICOM's sizes have 16 bits; what is larger is refused for that.
        let width = min(corners[4], max(corners[0] - corners[2], 0), 1 << 16)
        let height = min(corners[5], max(corners[1] - corners[3], 0), 1 << 16)
        let perTile = sizes.enumerated().reduce(0) { sum, size in
            let scale = sizes.count - 1 - size.offset
            let columns = (width >> scale) >> size.element.x + 1
            let rows = (height >> scale) >> size.element.y + 1
            return sum + columns * rows
        }
        return tiles * perTile
    }
}
