import CambiumImaging
import Foundation
import Testing

/// A smooth picture that differs for each number: a few waves of random direction.
func texture(_ number: Int, width: Int = 96, height: Int = 80) -> RGBImage {
    let waves = (1...12).map { wave -> (Double, Double, Double) in
        let seed = Double(number * 131 + wave * 17)
        return (
            (seed * 0.7548).truncatingRemainder(dividingBy: 1) * 9 - 4.5,
            (seed * 0.5698).truncatingRemainder(dividingBy: 1) * 9 - 4.5, seed
        )
    }
    var grey: [UInt8] = []
    for row in 0..<height {
        for column in 0..<width {
            let (x, y) = (Double(column) / Double(width), Double(row) / Double(height))
            let sum = waves.reduce(0) { $0 + sin(6.283 * ($1.0 * x + $1.1 * y) + $1.2) }
            grey.append(UInt8(min(max(128 + 22 * sum, 0), 255)))
        }
    }
    return RGBImage(width: width, height: height, grey: grey)
}

@Suite struct ImageFingerprintTests {
    @Test func `equal pixels have one hash, any other byte or shape another`() {
        var hashes: Set<PixelHash> = []
        let pixels = (0..<(37 * 5 * 3)).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let image = RGBImage(width: 37, height: 5, pixels: pixels)
        hashes.insert(PixelHash(image))
        #expect(PixelHash(RGBImage(width: 37, height: 5, pixels: pixels)) == PixelHash(image))
        hashes.insert(PixelHash(RGBImage(width: 5, height: 37, pixels: pixels)))
        for place in pixels.indices {
            for bit in 0..<8 {
                var other = image
                other.pixels[place] ^= 1 << UInt8(bit)
                hashes.insert(PixelHash(other))
            }
        }
        #expect(hashes.count == 2 + pixels.count * 8)
        #expect(Set(hashes.map(\.low)).count == hashes.count)
        #expect(Set(hashes.map(\.high)).count == hashes.count)
    }

    @Test func `zeros at the end count`() {
        let black = (1...40).map { width in
            PixelHash(
                RGBImage(width: width, height: 1, pixels: [UInt8](repeating: 0, count: width * 3)))
        }
        #expect(Set(black).count == 40)
    }

    @Test func `a thumbnail is the mean over each cell, shared pixels by their share`() {
        let exact = GreyThumbnail(texture(1, width: 64, height: 32))
        #expect(exact.levels.count == GreyThumbnail.count)
        let source = texture(1, width: 64, height: 32)
        let pair = Int(source.pixels[0]) + Int(source.pixels[3])
        #expect(abs(Int(exact.levels[0]) * 2 - pair) <= 1)
        // One and a half pixels a cell: white, white, black becomes white and two thirds ... .
        let line = (0..<48).map { UInt8($0 % 3 == 2 ? 0 : 255) }
        let striped = GreyThumbnail(
            RGBImage(width: 48, height: 1, grey: line))
        #expect(striped.levels[0] == 255 && striped.levels[1] == 85)
        #expect(Set(striped.levels[0..<2]) == Set(striped.levels[992..<994]))
        let point = GreyThumbnail(RGBImage(width: 1, height: 1, grey: [77]))
        #expect(Set(point.levels) == [77])
    }

    @Test func `the stored form gives the fingerprint back`() {
        let fingerprint = ImageFingerprint(texture(3))
        let bytes = fingerprint.bytes
        #expect(bytes.count == ImageFingerprint.count)
        #expect(bytes.withUnsafeBytes { ImageFingerprint(bytes: $0) } == fingerprint)
    }

    @Test func `copies have near hashes, other pictures far ones`() throws {
        let image = texture(5, width: 200, height: 160)
        let hash = PerceptualHash(GreyThumbnail(image))
        func distance(_ other: RGBImage) -> Int {
            hash.distance(to: PerceptualHash(GreyThumbnail(other)))
        }
        #expect(distance(image) == 0)
        #expect(distance(image.resized(width: 110, height: 90)) <= 8)
        let bytes = try JPEGEncoder.encode(image, quality: 30)
        #expect(try distance(ImageDecoder.decode(bytes).image) <= 8)
        var bright = image
        for place in bright.pixels.indices {
            bright.pixels[place] = UInt8(min(255, Int(bright.pixels[place]) * 115 / 100))
        }
        #expect(distance(bright) <= 12)
        for number in 6..<30 { #expect(distance(texture(number)) > 60, "\(number)") }
    }

    @Test func `a crop is near the hash of one of the parts, and is matched as a crop`() {
        let image = texture(8, width: 200, height: 160)
        let box = ImageBox(left: 7, top: 1, right: 199, bottom: 155)
        let cropped = image.resized(width: 192, height: 154, box: box)
        let (whole, part) = (GreyThumbnail(image), GreyThumbnail(cropped))
        let hash = PerceptualHash(part)
        let distances = PerceptualHash.withCrops(whole).map { $0.distance(to: hash) }
        let nearest = distances.indices.min { distances[$0] < distances[$1] } ?? 0
        #expect(distances[nearest] < distances[0] && distances[nearest] <= 20)
        let (a, b) = (ComparedThumbnail(part), ComparedThumbnail(whole))
        #expect(a.copy(of: b) == nil)
        var filter = CropFilter(b)
        let allowed = filter.allows(a, near: nearest)
        #expect(allowed)
        #expect(a.crop(of: b, near: nearest)?.change == .crop)
        let other = ComparedThumbnail(GreyThumbnail(texture(9, width: 200, height: 160)))
        let passed = filter.allows(other, near: nearest)
        #expect(!passed)
        #expect(other.crop(of: b, near: nearest) == nil && other.copy(of: b) == nil)
    }

    @Test func `pictures of one colour have nothing to compare`() {
        let black = RGBImage(width: 8, height: 8, grey: [UInt8](repeating: 0, count: 64))
        let compared = ComparedThumbnail(GreyThumbnail(black))
        #expect(!compared.hasStructure && compared.copy(of: compared) == nil)
        #expect(ComparedThumbnail(GreyThumbnail(texture(1))).hasStructure)
    }
}
