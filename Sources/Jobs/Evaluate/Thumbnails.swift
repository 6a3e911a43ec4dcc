internal import CambiumCorpus
internal import CambiumImaging

/// Small pictures of a table's images, by key.
struct Thumbnails {
    private let images: ImagesByKey
    private let log: Log
    /// Longer side in pixels.
    private static let side = 224

    init(_ path: String, log: Log) throws {
        let source = try Arguments.checked { try ImageSources.open([path]) }
        (images, self.log) = (try ImagesByKey([source]), log)
    }

    /// A small JPEG, nil (with a warning) where there is no such image or it is unreadable.
    func jpeg(of key: String) -> [UInt8]? {
        do {
            guard let image = try images.image(of: key) else {
                log.warning("no image for the key \(key); the report shows none")
                return nil
            }
            return try JPEGEncoder.encode(image.fitted(side: Self.side), quality: 85)
        } catch {
            log.warning("\(key): \(error); the report shows no picture")
            return nil
        }
    }
}
