import CambiumFiles
import CambiumImaging
import Foundation
import Testing

@Suite struct NiftiPicturesTests {
    /// A fixture's pictures, through a file.
    private func pictures(
        _ bytes: [UInt8], _ recipe: IntensityRecipe = .percentiles(low: 0, high: 100)
    ) throws -> NiftiPictures {
        let path = NSTemporaryDirectory() + "cambium-\(UUID().uuidString).nii"
        defer { try? FileSystem.remove(path) }
        try FileSystem.write(bytes, to: path)
        return try NiftiPictures(path, recipe)
    }

    @Test(arguments: VolumeCase.all)
    func `slices are those of the reoriented volume`(_ file: VolumeCase) throws {
        let volume = try file.read().reorientedToRAS()
        let finite = volume.voxels.filter(\.isFinite)
        let (low, high) = (Double(finite.min() ?? 0), Double(finite.max() ?? 0))
        let pictures = try pictures(file.file)
        for plane in Plane.allCases {
            let count = volume.dimensions[plane.axis]
            let counted = try file.file.withUnsafeBytes { bytes in
                #expect(NiftiPictures.recognizes(bytes))
                return try NiftiPictures.count(bytes, plane)
            }
            #expect(counted == count)
            for index in 0..<count {
                let slice = volume.slice(plane, index)
                let levels = slice.values.map { value in
                    let place = (Double(value) - low) / (high - low)
                    return UInt8((place > 0 ? min(place, 1) : 0) * 255 + 0.5)
                }
                let image = try pictures.image(index, VolumeReading(plane: plane))
                #expect(image.width == slice.width && image.height == slice.height)
                let greys = stride(from: 0, to: image.pixels.count, by: 3).map { image.pixels[$0] }
                #expect(difference(greys.map(Double.init), levels.map(Double.init)) <= 1)
            }
        }
    }

    @Test func `the radiological side mirrors axial and coronal slices alone`() throws {
        let pictures = try pictures(#require(VolumeCase.all.first).file)
        for plane in Plane.allCases {
            let plain = try pictures.image(1, VolumeReading(plane: plane))
            let seen = try pictures.image(1, VolumeReading(plane: plane, isRadiological: true))
            let rows = stride(from: 0, to: plain.pixels.count, by: 3 * plain.width).map { row in
                let greys = (0..<plain.width).map { plain.pixels[row + 3 * $0] }
                return plane == .sagittal ? greys : greys.reversed()
            }
            #expect(
                rows.joined().elementsEqual(
                    stride(from: 0, to: seen.pixels.count, by: 3).map { seen.pixels[$0] }))
        }
        #expect(throws: ImageError.self) { try pictures.image(100, VolumeReading()) }
    }

    /// Four voxels in a row as float32, with `cal_min` and `cal_max`.
    private func row(_ values: [Float], display: (Float, Float) = (0, 0)) -> [UInt8] {
        var file = [UInt8](repeating: 0, count: 352)
        func put(_ bytes: [UInt8], _ offset: Int) {
            file.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
        }
        func bits(_ value: Float) -> [UInt8] {
            withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init)
        }
        put([92, 1, 0, 0], 0)
        for (index, size) in [3, values.count, 1, 1].enumerated() {
            put([UInt8(size), 0], 40 + 2 * index)
        }
        put([16, 0], 70)
        for index in 1...3 { put(bits(1), 76 + 4 * index) }
        put(bits(352), 108)
        put(bits(display.1), 124)
        put(bits(display.0), 128)
        put([1, 0], 254)
        for axis in 0..<3 { put(bits(1), 280 + 20 * axis) }
        put(Array("n+1\0".utf8), 344)
        return file + values.flatMap(bits)
    }

    private func greys(_ file: [UInt8], _ recipe: IntensityRecipe) throws -> [UInt8] {
        let image = try pictures(file, recipe).image(0, VolumeReading())
        return stride(from: 0, to: image.pixels.count, by: 3).map { image.pixels[$0] }
    }

    @Test func `grey levels follow the recipe`() throws {
        let file = row([-100, 0, .nan, 100])
        #expect(try greys(file, .auto) == [0, 128, 0, 255])
        #expect(try greys(row([-100, 0, 50, 100], display: (0, 50)), .auto) == [0, 0, 255, 255])
        #expect(try greys(file, .window(center: 0.5, width: 201)) == [0, 128, 0, 255])
        #expect(throws: ImageError.self) { try greys(file, .full) }
        #expect(throws: ImageError.self) { try greys(row([.nan, .infinity]), .auto) }
        let flat = try pictures(row([7, 7]), .auto)
        #expect(flat.warning?.contains("no contrast") == true)
    }

    @Test func `a volume is no picture, and a broken one says what is wrong`() throws {
        let file = row([1, 2])
        let error = #expect(throws: ImageError.self) { try ImageDecoder.decode(file) }
        #expect(error?.description.contains("a NIfTI volume where a picture") == true)
        var series = file
        series.replaceSubrange(40..<50, with: [4, 0, 2, 0, 1, 0, 1, 0, 7, 0])
        let reason = #expect(throws: ImageError.self) { try ImageDecoder.decode(series) }
        #expect(reason?.description.contains("a series of 7 volumes (4-D)") == true)
        let short = #expect(throws: ImageError.self) {
            try ImageDecoder.decode(Array(file.dropLast()))
        }
        #expect(short?.description.contains("the NIfTI header promises") == true)
    }

    @Test(arguments: [
        ("all", 3, [0, 1, 2]), ("middle", 5, [2]), ("middle", 4, [1]), ("middle:2", 5, [1, 2]),
        ("middle:9", 3, [0, 1, 2]), ("2:4", 5, [1, 2, 3]), (":2", 5, [0, 1]), ("4:", 5, [3, 4]),
        ("1:9:2", 5, [0, 2, 4]), ("7:9", 5, []), ("25%:75%", 4, [1, 2]), ("0%:100%:3", 5, [0, 3]),
    ])
    func `slices are chosen as written`(text: String, count: Int, expected: [Int]) throws {
        let choice = try SliceChoice(parsing: text)
        #expect(choice.indices(of: count) == expected)
        #expect(try SliceChoice(parsing: choice.text) == choice)
    }

    @Test(arguments: [
        "", "some", "middle:0", "0:4", "4:2", "1:2:0", "1", "a:b", "60%:40%", "0%:101%", "10%:5",
        "1:2:3:4", "99999999999999999999:",
    ])
    func `other choices of slices are refused`(text: String) {
        #expect(throws: ImageError.self) { try SliceChoice(parsing: text) }
    }
}
