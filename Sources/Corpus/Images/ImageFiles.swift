internal import CambiumFiles
public import CambiumImaging

/// Images as files: all below a folder, or a list of paths. The bytes are read when asked for.
public struct ImageFiles: ImageSource {
    private let files: [ImageFile]
    /// Files below the folder that are no images, and why.
    public let passedOver: [(path: String, reason: String)]

    /// All pictures below a folder (told by their first bytes), by the byte order
    /// of their paths. Keys are paths relative to the folder, encoded by `ImageKey`.
    /// - Throws: ``CorpusError`` when there is no image.
    public init(folder: String) throws(CorpusError) {
        let walk = try FolderWalk(folder)
        var passedOver = walk.passedOver
        var files: [ImageFile] = []
        for path in walk.files {
            do throws(FileError) {
                if try Self.looksLikeImage("\(folder)/\(path)") {
                    files += ImageFile.pictures(in: "\(folder)/\(path)", named: path)
                } else {
                    passedOver.append((path, "neither \(ImageFormat.pictures("nor"))"))
                }
            } catch {
                throw .file(error)
            }
        }
        guard !files.isEmpty else {
            throw .dataSet(
                path: folder, reason: "no \(ImageFormat.pictures("or")) image in this folder")
        }
        (self.files, self.passedOver) = (files, passedOver)
    }

    /// Given files, in the given order; keys are the paths, encoded by `ImageKey`.
    /// - Throws: ``CorpusError`` when one does not exist or is given twice.
    public init(paths: [String]) throws(CorpusError) {
        var seen: Set<String> = []
        var files: [ImageFile] = []
        for path in paths {
            switch FileSystem.kind(path) {
            case .file: break
            case nil: throw .argument(FileError.missing(path: path).description)
            default: throw .argument("\(path): is no file; give image files, or one folder")
            }
            guard seen.insert(path).inserted else {
                throw .argument("\(path): given twice; give each image once")
            }
            files += ImageFile.pictures(in: path)
        }
        (self.files, passedOver) = (files, [])
    }

    /// Images.
    public var count: Int { files.count }

    /// The key of an image.
    public func key(_ row: Int) -> String { files[row].key }

    /// The file's bytes.
    public func bytes(_ row: Int) throws(CorpusError) -> [UInt8] {
        try onFiles { () throws(FileError) in try FileSystem.read(files[row].path) }
    }

    /// The picture, read as `reading` says.
    public func image(_ row: Int, _ reading: ImageReading?) throws(CorpusError) -> RGBImage {
        try files[row].image(reading)
    }

    /// Files carry no class.
    public func label(_ row: Int) -> RowLabel? { nil }

    private static func looksLikeImage(_ path: String) throws(FileError) -> Bool {
        try MappedFile(path).withBytes { bytes in
            ImageFormat.claimed(by: bytes).map { !$0.isVolume } ?? false
        }
    }
}
