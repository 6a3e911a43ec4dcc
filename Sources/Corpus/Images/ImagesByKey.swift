public import CambiumImaging

/// The images of one or several sources by their keys; of equal keys the first counts.
public struct ImagesByKey: Sendable {
    private let sources: [any ImageSource]
    private let places: [String: Place]

    private struct Place {
        let source: Int
        let row: Int
    }

    /// Reads the keys.
    public init(_ sources: [any ImageSource]) throws(CorpusError) {
        self.sources = sources
        var places: [String: Place] = [:]
        for (number, source) in sources.enumerated() {
            for row in 0..<source.count {
                let key = try source.key(row)
                if places[key] == nil { places[key] = Place(source: number, row: row) }
            }
        }
        self.places = places
    }

    /// Whether there is an image of a key.
    public func contains(_ key: String) -> Bool { places[key] != nil }

    /// The encoded image of a key; nil where there is none.
    public func bytes(of key: String) throws(CorpusError) -> [UInt8]? {
        guard let place = places[key] else { return nil }
        return try sources[place.source].bytes(place.row)
    }

    /// The picture of a key; nil where there is none.
    /// - Throws: ``CorpusError`` or `ImageError` where it cannot be read.
    public func image(of key: String) throws -> RGBImage? {
        try bytes(of: key).map { try ImageDecoder.decode($0).image }
    }
}
