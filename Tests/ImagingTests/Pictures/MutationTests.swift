import CambiumFiles
import CambiumImaging
import Testing

/// Damaged bytes may give an error or a picture, never a crash. The same damage in every run; the
/// environment variable `CAMBIUM_MUTATIONS` asks for more of it.
@Suite struct MutationTests {
    static let rounds = Environment.integer("CAMBIUM_MUTATIONS") ?? 12

    @Test(arguments: PillowCase.all.filter { !$0.file.isEmpty })
    func `damaged pictures never crash`(_ file: PillowCase) throws {
        let limits = ImageLimits(maxPixels: 1 << 20)
        for round in 0..<Self.rounds {
            var generator = SeededGenerator(seed: 1, UInt64(file.file.count), UInt64(round))
            let damaged = damage(file.file, &generator)
            guard let decoded = try? ImageDecoder.decode(damaged, limits: limits) else { continue }
            #expect(decoded.image.width * decoded.image.height <= limits.maxPixels)
        }
    }

    @Test(arguments: VolumeCase.all)
    func `damaged volumes never crash`(_ file: VolumeCase) {
        for round in 0..<Self.rounds {
            var generator = SeededGenerator(seed: 2, UInt64(file.file.count), UInt64(round))
            let damaged = damage(file.file, &generator)
            let volume = try? damaged.withUnsafeBytes { try NiftiVolume(bytes: $0) }
            guard let volume, let turned = try? volume.reorientedToRAS() else { continue }
            #expect(turned.voxels.count == volume.voxels.count)
            #expect(turned.slice(.axial, 0).values.count <= volume.voxels.count)
        }
    }

    @Test(arguments: DicomCase.read)
    func `damaged DICOM files never crash`(_ file: DicomCase) {
        let limits = ImageLimits(maxPixels: 1 << 20)
        for round in 0..<Self.rounds {
            var generator = SeededGenerator(seed: 3, UInt64(file.file.count), UInt64(round))
            let damaged = damage(file.file, &generator)
            damaged.withUnsafeBytes { bytes in
                guard let decoded = try? ImageDecoder.decode(bytes, frame: 0, limits: limits)
                else { return }
                #expect(decoded.image.width * decoded.image.height <= limits.maxPixels)
            }
        }
    }

    /// Flips, overwrites, removes, repeats or cuts off bytes; headers more often than the rest.
    private func damage(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0...generator.index(below: 4) where !bytes.isEmpty {
            let head = generator.chance(0.5) ? min(bytes.count, 360) : bytes.count
            let place = generator.index(below: head)
            switch generator.index(below: 6) {
            case 0: bytes[place] ^= 1 << UInt8(generator.index(below: 8))
            case 1: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            case 2: bytes[place] = [0, 0xFF, 0x7F, 0x80][generator.index(below: 4)]
            case 3: bytes.removeSubrange(place..<min(place + 9, bytes.count))
            case 4: bytes.insert(contentsOf: bytes[place..<min(place + 9, bytes.count)], at: place)
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }
}
