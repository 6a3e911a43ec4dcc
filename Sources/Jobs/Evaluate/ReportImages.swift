internal import CambiumCorpus
internal import CambiumEvaluation
internal import CambiumImaging

/// Images of a report by key, from tables and folders; what is missing is said once, not a line
/// each.
final class ReportImages {
    private let sources: [any ImageSource]
    private let rows: [String: (source: Int, row: Int)]
    private let log: Log
    private(set) var missing: Set<String> = []
    /// Longer side of a picture on a card, in pixels.
    private static let side = 224

    init(_ paths: [String], log: Log) throws {
        for path in paths { try Paths.requireInput(path) }
        let sources = try Arguments.checked { try paths.map { try ImageSources.open([$0]) } }
        (self.sources, self.log) = (sources, log)
        var rows: [String: (source: Int, row: Int)] = [:]
        for (number, source) in sources.enumerated() {
            for row in 0..<source.count {
                let key = try source.key(row)
                if rows[key] == nil { rows[key] = (number, row) }
            }
        }
        self.rows = rows
    }

    /// The picture of a key; nil, with a warning where it is unreadable, when there is none.
    func image(of key: String) -> RGBImage? {
        guard let place = rows[key] else {
            missing.insert(key)
            return nil
        }
        do {
            return try ImageDecoder.decode(sources[place.source].bytes(place.row)).image
        } catch {
            log.warning("\(key): \(error); the report shows no picture")
            return nil
        }
    }

    /// A small JPEG of a key.
    func jpeg(of key: String) -> [UInt8]? {
        guard let image = image(of: key) else { return nil }
        let longer = max(image.width, image.height)
        guard longer > Self.side else { return try? JPEGEncoder.encode(image, quality: 85) }
        let small = image.resized(
            width: max(1, image.width * Self.side / longer),
            height: max(1, image.height * Self.side / longer))
        return try? JPEGEncoder.encode(small, quality: 85)
    }

    /// Says how many keys have no image, with one of them.
    func warnOfMissing() {
        guard let first = missing.min() else { return }
        log.warning(
            "\(Amount.counted(missing.count, "key")) without an image, such as \(first); the "
                + "report shows no pictures of them")
    }
}
