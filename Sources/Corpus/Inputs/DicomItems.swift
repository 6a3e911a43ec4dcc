import CambiumFiles
import CambiumImaging

/// DICOM files among the images that were found: a file of several frames becomes as many images,
/// `NAME.dcm#frame_0001` and on, and a group rule may ask for one of their attributes.
///
/// Files are told by their content; those named like a JPEG or PNG are not looked into for frames.
struct DicomItems {
    let reading: ImageReading
    /// What the group rule asks for, or nil.
    let identifier: DicomIdentifier?

    /// The images with frames and groups filled in, in the same order.
    func resolved(_ items: [PrepareItem]) -> [PrepareItem] {
        items.flatMap { item in
            guard let file = item.file, identifier != nil || !Self.isNamedPicture(file) else {
                return [item]
            }
            return resolved(item, file)
        }
    }

    static func isNamedPicture(_ path: String) -> Bool {
        let name = path.lowercased()
        return [".jpg", ".jpeg", ".png"].contains { name.hasSuffix($0) }
    }

    /// A file that cannot be read stays as it is: reading it later says why.
    private func resolved(_ item: PrepareItem, _ path: String) -> [PrepareItem] {
        guard let file = try? MappedFile(path) else { return [item] }
        let found = file.withBytes { bytes -> (frames: Int, group: String?)? in
            guard DicomImage.recognizes(bytes) else { return nil }
            let group = identifier.flatMap { try? DicomImage.identifier($0, in: bytes) }
            return ((try? DicomImage.summary(bytes))?.frames ?? 1, group)
        }
        guard let found else { return [item] }
        if identifier != nil { item.group = found.group }
        guard found.frames > 1 else { return [item] }
        return (0..<found.frames).map { frame(item, path, $0) }
    }

    private func frame(_ item: PrepareItem, _ file: String, _ frame: Int) -> PrepareItem {
        let path = item.path + Self.suffix(frame)
        return item.part(
            file, Self.suffix(frame), isOneOfSeveral: true
        ) { [reading] _ throws(CorpusError) in
            try FolderItems.read(file, key: path, reading, frame: frame)
        }
    }

    /// What a frame, counted from 0, adds to its file's key: `#frame_0001` is the first.
    static func suffix(_ frame: Int) -> String { "#frame_\((frame + 1).fourDigits)" }
}

extension Int {
    /// The number with zeros in front, at least four digits.
    var fourDigits: String {
        let digits = "\(self)"
        return String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits
    }
}
