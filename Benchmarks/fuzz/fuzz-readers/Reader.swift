internal import CambiumCorpus
internal import CambiumFiles
internal import CambiumImaging

/// The readers, each with everything that is done with what it reads.
enum Reader: String, CaseIterable {
    /// JPEG, PNG or DICOM.
    case image
    /// NIfTI, packed or not.
    case volume
    /// A table that names images.
    case manifest
    /// A folder with image and text tables.
    case dataset

    /// Reads a file or folder; the reason why it was refused, or nil.
    func read(_ path: String) -> String? {
        do {
            switch self {
            case .image: try Self.image(path)
            case .volume: try Self.volume(path)
            case .manifest: try Self.manifest(path)
            case .dataset: return Self.dataSet(path)
            }
            return nil
        } catch {
            return "\(error)"
        }
    }

    private static let recipes: [IntensityRecipe] = [
        .auto, .full, .percentiles(low: 1, high: 99), .window(center: 40, width: 400),
    ]

    /// Bytes of pixels from which one reading is enough.
    private static let large = 1 << 23

    private static func image(_ path: String) throws {
        let bytes = try ExactBytes(path)
        defer { bytes.free() }
        _ = JPEGComment.last(in: bytes.raw)
        guard DicomImage.recognizes(bytes.raw) else {
            let image = try ImageDecoder.decode(bytes.raw).image
            use(image)
            for recipe in recipes.dropFirst() where image.pixels.count < Self.large {
                var reading = ImageReading(exifOrientation: true, intensity: recipe)
                reading.shrinkTo = 16
                use(try ImageDecoder.decode(bytes.raw, reading: reading).image)
            }
            return
        }
        try dicom(bytes.raw)
    }

    private static func dicom(_ bytes: UnsafeRawBufferPointer) throws {
        _ = try? DicomImage.identifier(.patientID, in: bytes)
        let summary = try DicomImage.summary(bytes)
        for identifier in DicomIdentifier.allCases {
            _ = try DicomImage.identifier(identifier, in: bytes)
        }
        let isLarge = summary.width * summary.height * 3 >= Self.large
        var first: (any Error)?
        // A frame that is refused says nothing of the next one.
        for frame in Set([0, 1, summary.frames - 1]).sorted() {
            do {
                for recipe in recipes.prefix(isLarge ? 1 : recipes.count) {
                    let reading = ImageReading(intensity: recipe)
                    use(try ImageDecoder.decode(bytes, reading: reading, frame: frame).image)
                }
                if !isLarge { _ = try DicomImage.storedValues(bytes, frame: frame) }
            } catch { if frame < summary.frames { first = first ?? error } }
        }
        if let first { throw first }
    }

    /// What preparation does with a picture.
    private static func use(_ image: RGBImage) {
        precondition(image.pixels.count == image.width * image.height * 3, "pixels fill it")
        let fingerprint = ImageFingerprint(image)
        _ = PerceptualHash.withCrops(fingerprint.thumbnail)
        for (width, height) in [(32, 32), (57, 41), (1, 3)] {
            let resized = image.resized(width: width, height: height)
            precondition(resized.pixels.count == width * height * 3, "pixels fill it")
        }
    }

    private static func volume(_ path: String) throws {
        let bytes = try ExactBytes(path)
        defer { bytes.free() }
        let volume = try NiftiVolume(bytes: bytes.raw).reorientedToRAS()
        let window = try? IntensityWindow(ofPositive: volume.voxels)
        let fallback = try IntensityWindow(low: 0, high: 1)
        for plane in Plane.allCases {
            for index in Set([0, volume.dimensions[plane.axis] - 1]) {
                use((window ?? fallback).image(volume.slice(plane, index)))
            }
        }
    }

    private static func manifest(_ path: String) throws {
        let (rows, rejected) = try ManifestItems.listing(path)
        let size = try MappedFile(path).count
        precondition(rows.count + rejected.count <= size, "no more rows than bytes")
    }

    /// Opens it as training does, then checks it as `cambium validate` does.
    private static func dataSet(_ path: String) -> String? {
        var refusal: String?
        do {
            let folder = try DataSetFolder(path)
            _ = folder.reading
            for name in folder.splits {
                let split = try folder.split(name)
                for row in 0..<split.count {
                    _ = (split.key(row), split.label(row))
                    use(try split.image(row, folder.reading))
                }
            }
            for group in ["prefix:_", "folder"] {
                var options = ValidationOptions(path: path)
                options.groupBy = group
                _ = try? Validation(options).run()
            }
        } catch { refusal = "\(error)" }
        do {
            let report = try Validation(ValidationOptions(path: path)).run()
            precondition(report.findings.allSatisfy { !$0.message.isEmpty }, "findings say what")
        } catch { refusal = refusal ?? "\(error)" }
        return refusal
    }
}

/// A file's bytes in a block of exactly their size, behind which AddressSanitizer watches.
struct ExactBytes {
    let raw: UnsafeRawBufferPointer

    init(_ path: String) throws {
        raw = try MappedFile(path).withBytes { bytes in
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
            copy.copyMemory(from: bytes)
            return UnsafeRawBufferPointer(copy)
        }
    }

    func free() { raw.deallocate() }
}
