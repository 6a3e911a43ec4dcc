import Glibc

/// Where each pixel of a result looks in the input: `x' = a x + b y + c`, `y' = d x + e y + f`, in
/// pixels from the upper left corner. As torchvision and Pillow build them.
struct NearestMap: Equatable {
    var (a, b, c) = (1.0, 0.0, 0.0)
    var (d, e, f) = (0.0, 1.0, 0.0)

    /// A shear about the corner by tangents (torchvision's `affine` with center [0, 0]).
    static func shear(x: Double, y: Double) -> NearestMap {
        affine(shearX: angle(x), shearY: angle(y))
    }

    /// A shift by whole pixels about the centre.
    static func translation(x: Int, y: Int, width: Int, height: Int) -> NearestMap {
        affine(
            shift: (Double(x), Double(y)), center: (Double(width) * 0.5, Double(height) * 0.5))
    }

    /// A rotation counter-clockwise about the centre (Pillow's `rotate`, its rounding included).
    static func rotation(degrees: Double, width: Int, height: Int) -> NearestMap {
        let rest = fmod(degrees, 360)
        let radians = -((rest < 0 ? rest + 360 : rest) * (.pi / 180))
        let (cosine, sine) = (rounded(cos(radians)), rounded(sin(radians)))
        let (x, y) = (Double(width) / 2, Double(height) / 2)
        var map = NearestMap(a: cosine, b: sine, c: 0, d: -sine, e: cosine, f: 0)
        map.c = map.a * -x + map.b * -y + x
        map.f = map.d * -x + map.e * -y + y
        return map
    }

    /// Through degrees and back, as torchvision does it.
    private static func angle(_ tangent: Double) -> Double {
        (atan(tangent) * (180 / .pi)) * (.pi / 180)
    }

    /// torchvision's `_get_inverse_affine_matrix` without rotation and scale.
    private static func affine(
        shearX: Double = 0, shearY: Double = 0, shift: (x: Double, y: Double) = (0, 0),
        center: (x: Double, y: Double) = (0, 0)
    ) -> NearestMap {
        let b = -cos(-shearY) * tan(shearX) / cos(shearY)
        let c = sin(-shearY) / cos(shearY)
        var map = NearestMap()
        map.a = -sin(-shearY) * tan(shearX) / cos(shearY) + 1
        map.b = -b
        map.d = -c
        map.e = cos(-shearY) / cos(shearY)
        map.c = map.a * (-center.x - shift.x) + map.b * (-center.y - shift.y) + center.x
        map.f = map.d * (-center.x - shift.x) + map.e * (-center.y - shift.y) + center.y
        return map
    }

    /// To 15 decimals.
    private static func rounded(_ value: Double) -> Double {
        (value * 1e15).rounded(.toNearestOrEven) / 1e15
    }

    /// Whether a place of the result, in whole pixels, looks where 16.16 bits can say.
    private func isNear(_ x: Int, _ y: Int) -> Bool {
        let (x, y) = (Double(x), Double(y))
        return abs(x * a + y * b + c) < 32_768 && abs(x * d + y * e + f) < 32_768
    }

    /// Whether Pillow walks this map in fixed point: it turns or shears, and all corners are near.
    fileprivate func isFixed(_ width: Int, _ height: Int) -> Bool {
        (b != 0 || d != 0) && isNear(0, 0) && isNear(width, height) && isNear(0, height)
            && isNear(width, 0)
    }
}

extension RGBImage {
    /// The picture seen through a map, nearest neighbours, `fill` where it looks outside (Pillow's
    /// `transform(AFFINE, NEAREST)`).
    func nearest(_ map: NearestMap, fill: [UInt8]) -> RGBImage {
        map.isFixed(width, height)
            ? walked(FixedWalk(map), fill) : walked(FloatWalk(map), fill)
    }

    private func walked<Walk: PixelWalk>(_ start: Walk, _ fill: [UInt8]) -> RGBImage {
        precondition(fill.count == 3, "fill is red, green, blue")
        return RGBImage(width: width, height: height) { out in
            pixels.withUnsafeBufferPointer { input in
                var line = start
                var place = 0
                for _ in 0..<height {
                    var walk = line
                    for _ in 0..<width {
                        let source = walk.index(width, height)
                        for channel in 0..<3 {
                            out[place + channel] =
                                source < 0 ? fill[channel] : input[source + channel]
                        }
                        place += 3
                        walk.right()
                    }
                    line.down()
                }
            }
        }
    }
}

/// A place in the input that moves with the result's pixels.
private protocol PixelWalk {
    mutating func right()
    mutating func down()
    /// The first byte of the pixel, -1 outside.
    func index(_ width: Int, _ height: Int) -> Int
}

/// In 16.16 bits.
private struct FixedWalk: PixelWalk {
    private var (x, y): (Int, Int)
    private let (a, b): (Int, Int)
    private let (d, e): (Int, Int)

    init(_ map: NearestMap) {
        (a, b, d, e) = (Self.fix(map.a), Self.fix(map.b), Self.fix(map.d), Self.fix(map.e))
        x = Self.fix(map.c + map.a * 0.5 + map.b * 0.5)
        y = Self.fix(map.f + map.d * 0.5 + map.e * 0.5)
    }

    private static func fix(_ value: Double) -> Int { Int((value * 65_536 + 0.5).rounded(.down)) }

    mutating func right() { (x, y) = (x + a, y + d) }

    mutating func down() { (x, y) = (x + b, y + e) }

    @inline(__always)
    func index(_ width: Int, _ height: Int) -> Int {
        let (column, row) = (x >> 16, y >> 16)
        guard column >= 0, column < width, row >= 0, row < height else { return -1 }
        return 3 * (row * width + column)
    }
}

/// In double precision: shifts, and pictures too large for 16 bits.
private struct FloatWalk: PixelWalk {
    private var (x, y): (Double, Double)
    private let map: NearestMap

    init(_ map: NearestMap) {
        self.map = map
        x = map.c + map.b * 0.5 + map.a * 0.5
        y = map.f + map.e * 0.5 + map.d * 0.5
    }

    mutating func right() { (x, y) = (x + map.a, y + map.d) }

    mutating func down() { (x, y) = (x + map.b, y + map.e) }

    @inline(__always)
    func index(_ width: Int, _ height: Int) -> Int {
        guard x >= 0, y >= 0, x < Double(width), y < Double(height) else { return -1 }
        return 3 * (Int(y) * width + Int(x))
    }
}
