import CambiumImaging
import Testing

/// Headers that lie: each is refused with a sentence that names the field.
@Suite struct NiftiHeaderTests {
    struct Lie: CustomStringConvertible, Sendable {
        let description: String
        let offset: Int
        let bytes: [UInt8]

        init(_ description: String, _ offset: Int, _ bytes: [UInt8]) {
            self.description = description
            self.offset = offset
            self.bytes = bytes
        }
    }

    static let lies = [
        Lie("dim[0] is 0", 40, [0, 0]),
        Lie("dim[0] is 9", 40, [9, 0]),
        Lie("dim[1] is -1", 42, [0xFF, 0xFF]),
        Lie("dim[2] is 0", 44, [0, 0]),
        Lie("promises [32767, 4, 3] voxels", 42, [0xFF, 0x7F]),
        Lie("more than the limit", 42, [0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F]),
        Lie("a series of 5 volumes", 40, [4, 0, 5, 0, 4, 0, 3, 0, 5, 0]),
        Lie("datatype 128", 70, [128, 0]),
        Lie("datatype -1", 70, [0xFF, 0xFF]),
        Lie("vox_offset is -1.0", 108, [0, 0, 0x80, 0xBF]),
        Lie("vox_offset is nan", 108, [0, 0, 0xC0, 0x7F]),
        Lie("vox_offset is inf", 108, [0, 0, 0x80, 0x7F]),
        Lie("promises", 108, [0, 0, 0x80, 0x4E]),
        Lie("scl_inter is inf", 112, [0, 0, 0x80, 0x3F, 0, 0, 0x80, 0x7F]),
        Lie("not a NIfTI file", 0, [1, 0, 0, 0]),
        Lie("NIfTI-2", 0, [28, 2, 0, 0]),
        Lie("a .hdr/.img pair", 344, Array("ni1\0".utf8)),
        Lie("no \"n+1\"", 344, [0, 0, 0, 0]),
    ]

    @Test(arguments: lies)
    func `a lie in the header is named`(_ lie: Lie) throws {
        var file = try #require(VolumeCase.named("u1 little endian")).file
        file.replaceSubrange(lie.offset..<(lie.offset + lie.bytes.count), with: lie.bytes)
        let error = #expect(throws: ImageError.self) { try read(file) }
        #expect(
            error?.description.contains(lie.description) == true, "\(String(describing: error))")
    }

    @Test func `a singular orientation is read but cannot be turned`() throws {
        var file = try #require(VolumeCase.named("u1 little endian")).file
        file.replaceSubrange(280..<296, with: [UInt8](repeating: 0, count: 16))
        let volume = try read(file)
        let error = #expect(throws: ImageError.self) { try volume.reorientedToRAS() }
        #expect(error?.description.contains("singular") == true)
    }

    @Test func `a quaternion longer than 1 is named`() throws {
        var file = try #require(VolumeCase.named("qform LAS")).file
        file.replaceSubrange(256..<260, with: [0, 0, 0, 0x40])
        let error = #expect(throws: ImageError.self) { try read(file) }
        #expect(error?.description.contains("quatern_b") == true)
    }

    @Test(arguments: ["u1 little endian", "u1 gzip", "f4 gzip in two members"])
    func `every shorter file is refused`(_ name: String) throws {
        let file = try #require(VolumeCase.named(name)).file
        // The last 8 bytes of gzip data are checksums, which nothing waits for.
        let needed = name.contains("gzip") ? file.count - 16 : file.count
        for count in 0..<needed {
            #expect(throws: ImageError.self) { try read(Array(file[..<count])) }
        }
    }

    @Test func `small gzip data cannot promise a large volume`() throws {
        let packed = Array(Fixture.json("volumes.json")[bytes: "lying_gzip"])
        let error = #expect(throws: ImageError.self) { try read(packed) }
        #expect(error?.description.contains("holds at most") == true)
    }

    private func read(_ file: [UInt8]) throws -> NiftiVolume {
        try file.withUnsafeBytes { try NiftiVolume(bytes: $0) }
    }
}
