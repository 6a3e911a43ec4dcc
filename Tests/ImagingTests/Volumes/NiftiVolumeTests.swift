import CambiumFiles
import CambiumImaging
import Foundation
import Testing

@Suite struct NiftiVolumeTests {
    @Test func `the fixture is there`() { #expect(VolumeCase.all.count > 35) }

    @Test(arguments: VolumeCase.all)
    func `voxels and place equal nibabel's`(_ file: VolumeCase) throws {
        let volume = try file.read()
        #expect(volume.dimensions == file.expected[integers: "shape"])
        #expect(difference(volume.voxelSizes, file.expected[doubles: "zooms"]) == 0)
        #expect(digest(volume.voxels) == file.expected[text: "voxels"])
        for (row, expected) in zip(volume.affine, file.expected[matrix: "affine"]) {
            #expect(difference(row, expected) < 1e-6)
        }
    }

    @Test(arguments: VolumeCase.all)
    func `reorientation equals nibabel's`(_ file: VolumeCase) throws {
        let volume = try file.read().reorientedToRAS()
        #expect(volume.dimensions == file.expected[integers: "canonical_shape"])
        #expect(digest(volume.voxels) == file.expected[text: "canonical_voxels"])
        for (row, expected) in zip(volume.affine, file.expected[matrix: "canonical_affine"]) {
            #expect(difference(row, expected) < 1e-6)
        }
        #expect(try volume.reorientedToRAS().voxels == volume.voxels)
    }

    @Test(arguments: VolumeCase.all)
    func `slices equal numpy's rot90`(_ file: VolumeCase) throws {
        let volume = try file.read().reorientedToRAS()
        for (plane, expected) in zip(Plane.allCases, file.expected[list: "slices"]) {
            let slice = volume.slice(plane, volume.dimensions[plane.axis] / 2)
            #expect(slice.width == expected[int: "width"])
            #expect(slice.height == expected[int: "height"])
            #expect(digest(slice.values) == expected[text: "values"])
        }
    }

    @Test(arguments: VolumeCase.all)
    func `windows and grey levels equal numpy's`(_ file: VolumeCase) throws {
        let volume = try file.read().reorientedToRAS()
        let expected = try #require(file.expected["window"])
        let window = try IntensityWindow(ofPositive: volume.voxels)
        #expect(window.low == expected[double: "low"])
        #expect(window.high == expected[double: "high"])
        let slice = volume.slice(.axial, volume.dimensions[2] / 2)
        #expect(slice.values.map { Int(window.grey($0)) } == expected[integers: "grey"])
        let image = window.image(slice)
        #expect(image.pixels.count == slice.values.count * 3)
        #expect(image.pixels[0] == image.pixels[2])
    }

    @Test func `a file is read by its path and a missing one is named by the reason only`() throws {
        let path = NSTemporaryDirectory() + "cambium-\(UUID().uuidString).nii"
        defer { try? FileSystem.remove(path) }
        let file = try #require(VolumeCase.named("u1 gzip"))
        try FileSystem.write(file.file, to: path)
        #expect(try NiftiVolume(path).voxels == file.read().voxels)
        #expect(throws: ImageError.unreadable(detail: "no such file; check the path")) {
            try NiftiVolume(path + "x")
        }
    }

    @Test func `a volume without contrast has no window`() {
        #expect(throws: ImageError.self) { try IntensityWindow(ofPositive: [0, -1, .nan]) }
        #expect(throws: ImageError.self) { try IntensityWindow(ofPositive: [0, 7, 7, 7]) }
        #expect(throws: ImageError.self) {
            try IntensityWindow(ofPositive: [1, 2], percentiles: 1...101)
        }
    }
}
