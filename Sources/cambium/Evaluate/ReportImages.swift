internal import CambiumCorpus
internal import CambiumEvaluation
internal import CambiumImaging
internal import CambiumJobs

/// Images of a report by key, from tables and folders; what is missing is said once, not a line
/// each.
final class ReportImages {
    private let images: ImagesByKey
    private let log: Log
    private(set) var missing: Set<String> = []
    /// Longer side of a picture on a card, in pixels.
    private static let side = 224

    init(_ paths: [String], log: Log) throws {
        for path in paths { try Paths.requireInput(path) }
        let sources = try Arguments.checked { try paths.map { try ImageSources.open([$0]) } }
        (images, self.log) = (try ImagesByKey(sources), log)
    }

    /// The picture of a key; nil, with a warning where it is unreadable, when there is none.
    func image(of key: String) -> RGBImage? {
        do {
            if let image = try images.image(of: key) { return image }
            missing.insert(key)
            return nil
        } catch {
            log.warning("\(key): \(error); the report shows no picture")
            return nil
        }
    }

    /// A small JPEG of a key.
    func jpeg(of key: String) -> [UInt8]? {
        guard let image = image(of: key) else { return nil }
        return try? JPEGEncoder.encode(image.fitted(side: Self.side), quality: 85)
    }

    /// Says how many keys have no image, with one of them.
    func warnOfMissing() {
        guard let first = missing.min() else { return }
        log.warning(
            "\(Amount.counted(missing.count, "key")) without an image, such as \(first); the "
                + "report shows no pictures of them")
    }
}
