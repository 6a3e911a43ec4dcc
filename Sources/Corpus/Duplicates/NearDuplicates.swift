internal import CambiumFiles
public import CambiumImaging

/// Two images that show the same.
public struct DuplicatePair: Sendable, Equatable {
    /// The row that stands first.
    public let first: Int
    /// The other row.
    public let second: Int
    /// In how many of 256 bits the hashes differ, a crop undone; 0 for equal pixels.
    public let distance: Int
    /// How the thumbnails match; nil for equal pixels.
    public let match: ThumbnailMatch?
}

/// What a search for near duplicates found.
package struct NearDuplicateSearch: Sendable {
    /// The pairs, ordered by first and second row.
    package let pairs: [DuplicatePair]
    /// Images that were not compared: all one colour, or nearly.
    package let withoutStructure: Int
    /// Comparisons left out because too many hashes are alike.
    package let skipped: Int
}

/// Finds all pairs of images that look the same: candidates by their perceptual hashes (the
/// image's own, and those of its parts), then their thumbnails decide.
struct NearDuplicates: Sendable {
    /// Bits of 256 in which candidates may differ: 28, and beyond 1023 images one fewer each time
    /// their number doubles, since the images that are alike by chance become more.
    private var limit: Int {
        let doublings = Int.bitWidth - rows.count.leadingZeroBitCount - 10
        return 28 - min(max(doublings, 0), 14)
    }
    /// A part has to be nearer by so many bits than the whole to be looked at as a crop.
    private static let gain = 4
    /// Partners of one image: thousands of copies need not all be told pair by pair.
    private static let partnerLimit = 64
    private static let chunk = 64

    /// The rows that are searched, and where their thumbnails are.
    let rows: [Int]
    let store: FingerprintStore

    /// Searches on several threads; the result does not depend on their number. Rows of the result
    /// are positions in ``rows``.
    func search(workers: Int) throws(CorpusError) -> NearDuplicateSearch {
        let hashes = try chunked(workers) { row throws(CorpusError) in
            PerceptualHash(try thumbnail(row))
        }
        let index = HammingIndex(hashes)
        let found = try chunked(workers) { row throws(CorpusError) in
            try partners(of: row, hashes, index)
        }
        return NearDuplicateSearch(
            pairs: Self.merged(found),
            withoutStructure: found.count { !$0.hasStructure },
            skipped: found.reduce(0) { $0 + $1.skipped })
    }

    private func thumbnail(_ place: Int) throws(CorpusError) -> GreyThumbnail {
        try store.thumbnail(rows[place])
    }

    private func chunked<Output: Sendable>(
        _ workers: Int, _ work: @escaping @Sendable (Int) throws(CorpusError) -> Output
    ) throws(CorpusError) -> [Output] {
        let count = rows.count
        let chunks = (count + Self.chunk - 1) / Self.chunk
        let threads = OrderedWorkers(count: chunks, workers: workers, ahead: 4 * workers) { chunk in
            Result { () throws(CorpusError) in
                var outputs: [Output] = []
                for row in chunk * Self.chunk..<min((chunk + 1) * Self.chunk, count) {
                    outputs.append(try work(row))
                }
                return outputs
            }
        }
        var all: [Output] = []
        all.reserveCapacity(count)
        while let part = threads.next() { all += try part.get() }
        return all
    }

    fileprivate struct Found: Sendable {
        /// Copies, and what is cut out of the row.
        var pairs: [DuplicatePair] = []
        var crops: [(part: Int, pair: DuplicatePair)] = []
        var hasStructure = true
        var skipped = 0
    }

    /// The later rows that are copies of a row, and all rows that are parts of it.
    private func partners(
        of row: Int, _ hashes: [PerceptualHash], _ index: HammingIndex
    ) throws(CorpusError) -> Found {
        var found = Found()
        let levels = try thumbnail(row)
        let whole = ComparedThumbnail(levels)
        guard whole.hasStructure else {
            found.hasStructure = false
            return found
        }
        var parts = CropFilter(whole)
        for candidate in candidates(levels, row, index, &found.skipped) {
            guard found.pairs.count + found.crops.count < Self.partnerLimit else {
                found.skipped += 1
                continue
            }
            let (other, cut, distance) = (candidate.row, candidate.cut, candidate.distance)
            let apart = hashes[other].distance(to: hashes[row])
            let (isNear, isPart) = (apart <= limit, apart >= distance + Self.gain)
            guard isNear || isPart else { continue }
            let picture = ComparedThumbnail(try thumbnail(other))
            guard picture.hasStructure else { continue }
            let isLike = isNear && picture.isLike(whole)
            if isLike, let match = picture.copy(of: whole) {
                if other > row { found.addCopy(row, other, apart, match) }
            } else if isLike || isPart, parts.allows(picture, near: cut),
                let match = picture.crop(of: whole, near: cut)
            {
                found.addCrop(other, of: row, distance, match)
            }
        }
        return found
    }

    /// Rows near the image or one of its parts, with the nearest of these and its distance, in
    /// ascending order.
    private func candidates(
        _ levels: GreyThumbnail, _ row: Int, _ index: HammingIndex, _ skipped: inout Int
    ) -> [(row: Int, cut: Int, distance: Int)] {
        var nearest: [Int: (cut: Int, distance: Int)] = [:]
        for (cut, hash) in PerceptualHash.withCrops(levels).enumerated() {
            skipped += index.search(hash, within: limit) { other, distance in
                guard other != row, distance < nearest[other]?.distance ?? .max else { return }
                nearest[other] = (cut, distance)
            }
        }
        return nearest.map { ($0.key, $0.value.cut, $0.value.distance) }.sorted { $0.0 < $1.0 }
    }

    /// All pairs in order, one for every two rows. Of the wholes that a picture may be cut out of
    /// only the nearest counts: a crop of one slice of a volume fits the next slice nearly as well.
    private static func merged(_ found: [Found]) -> [DuplicatePair] {
        var nearest: [Int: DuplicatePair] = [:]
        for (part, pair) in found.lazy.flatMap(\.crops) {
            let known = nearest[part]?.match?.difference ?? .infinity
            if pair.match?.difference ?? .infinity < known { nearest[part] = pair }
        }
        let copies = found.flatMap(\.pairs)
        let sorted = (copies + nearest.values).sorted {
            ($0.first, $0.second, $0.rank, $0.distance) < (
                $1.first, $1.second, $1.rank, $1.distance
            )
        }
        return sorted.enumerated().filter { place, pair in
            place == 0 || sorted[place - 1].first != pair.first
                || sorted[place - 1].second != pair.second
        }.map(\.element)
    }
}

extension NearDuplicates.Found {
    fileprivate mutating func addCrop(
        _ part: Int, of whole: Int, _ distance: Int, _ match: ThumbnailMatch
    ) {
        let pair = DuplicatePair(
            first: min(part, whole), second: max(part, whole), distance: distance, match: match)
        crops.append((part, pair))
    }

    fileprivate mutating func addCopy(
        _ first: Int, _ second: Int, _ distance: Int, _ match: ThumbnailMatch
    ) {
        pairs.append(
            DuplicatePair(first: first, second: second, distance: distance, match: match))
    }
}

extension DuplicatePair {
    fileprivate var rank: Int { match?.change == .crop ? 1 : 0 }
}
