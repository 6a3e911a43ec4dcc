internal import CambiumFiles
public import CambiumImaging

/// The fingerprints of many images: the hashes in memory, the thumbnails (1 KiB each) in a
/// temporary file.
public struct FingerprintStore: Sendable {
    /// The hash of each row's pixels.
    public private(set) var pixels: [PixelHash] = []
    private let thumbnails: ScratchFile

    /// An empty store; its file lies in `folder`, without a name.
    public init(in folder: String) throws(CorpusError) {
        thumbnails = try onFiles { () throws(FileError) in try ScratchFile(in: folder) }
    }

    /// Adds the next row's.
    public mutating func append(_ fingerprint: ImageFingerprint) throws(CorpusError) {
        let place = pixels.count * GreyThumbnail.count
        try onFiles { () throws(FileError) in
            try thumbnails.write(fingerprint.thumbnail.levels, at: place)
        }
        pixels.append(fingerprint.pixels)
    }

    /// A row's thumbnail.
    public func thumbnail(_ row: Int) throws(CorpusError) -> GreyThumbnail {
        let place = row * GreyThumbnail.count
        let levels = try onFiles { () throws(FileError) in
            try thumbnails.read(place..<(place + GreyThumbnail.count))
        }
        return GreyThumbnail(levels: levels)
    }
}
