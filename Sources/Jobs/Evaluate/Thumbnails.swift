internal import CambiumCorpus
internal import CambiumEvaluation
internal import CambiumImaging

/// Small pictures of a table's images, by key.
struct Thumbnails {
    private let source: any ImageSource
    private let rows: [String: Int]
    private let log: Log
    /// Longer side in pixels.
    private static let side = 224

    init(_ path: String, log: Log) throws {
        let source = try Arguments.checked { try ImageSources.open([path]) }
        self.source = source
        self.log = log
        let keys = try (0..<source.count).map { (try source.key($0), $0) }
        rows = Dictionary(keys, uniquingKeysWith: { first, _ in first })
    }

    /// A small JPEG, nil (with a warning) where there is no such image or it is unreadable.
    func jpeg(of key: String) -> [UInt8]? {
        guard let row = rows[key] else {
            log.warning("no image for the key \(key); the report shows none")
            return nil
        }
        do {
            let image = try ImageDecoder.decode(source.bytes(row)).image
            return try JPEGEncoder.encode(Self.small(image), quality: 85)
        } catch {
            log.warning("\(key): \(error); the report shows no picture")
            return nil
        }
    }

    private static func small(_ image: RGBImage) -> RGBImage {
        let longer = max(image.width, image.height)
        guard longer > side else { return image }
        return image.resized(
            width: max(1, image.width * side / longer), height: max(1, image.height * side / longer)
        )
    }
}
