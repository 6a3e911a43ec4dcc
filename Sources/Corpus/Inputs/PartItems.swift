internal import CambiumFiles
internal import CambiumImaging

/// Files of several pictures among the images that were found: each becomes as many images, with
/// `#frame_0001` or `#axial_0001` and on behind their keys, and a group rule may ask for one of
/// the attributes of a DICOM file.
///
/// Files are told by their content; those named like a JPEG or PNG are not looked into, but for
/// the attribute.
struct PartItems {
    let request: PartsRequest
    /// What the group rule asks for, or nil.
    let identifier: DicomIdentifier?

    init(reading: ImageReading, volumes: VolumeReading, identifier: DicomIdentifier?) {
        request = PartsRequest(reading: reading, volumes: volumes)
        self.identifier = identifier
    }

    /// The images with parts and groups filled in, in the same order.
    func resolved(_ items: [PrepareItem]) -> [PrepareItem] {
        items.flatMap { item in
            guard let file = item.file else { return [item] }
            if identifier != nil { findGroup(item, file) }
            return parts(item, file)
        }
    }

    /// A file that cannot be read keeps its group: reading it later says why.
    private func findGroup(_ item: PrepareItem, _ path: String) {
        guard let identifier, let file = try? MappedFile(path) else { return }
        file.withBytes { bytes in
            guard DicomImage.recognizes(bytes) else { return }
            item.group = try? DicomImage.identifier(identifier, in: bytes)
        }
    }

    private func parts(_ item: PrepareItem, _ file: String) -> [PrepareItem] {
        let isPicture = Self.isNamedPicture(file)
        guard identifier != nil || !isPicture, let parts = ImageFormat.parts(of: file, request),
            !isPicture || parts.allSatisfy({ !$0.isSlice })
        else { return [item] }
        return parts.map { part in
            // One volume is read for all of its slices, and named when it cannot be.
            let name = part.isSlice ? item.path : item.path + part.suffix
            let image = item.part(file, part.suffix, isOneOfSeveral: parts.count > 1) {
                _ throws(CorpusError) in
                do throws(ImageError) { return try part.read() } catch {
                    throw .image(key: name, reason: error.description)
                }
            }
            image.isVolume = part.isSlice
            return image
        }
    }

    private static func isNamedPicture(_ path: String) -> Bool {
        let name = path.lowercased()
        return [".jpg", ".jpeg", ".png"].contains { name.hasSuffix($0) }
    }
}
