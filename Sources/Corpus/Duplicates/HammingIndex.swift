package import CambiumImaging

/// Finds the hashes near a hash without looking at all of them: the hashes are cut into eight
/// bands, and only those that share a band with the query are compared as a whole (multi-index
/// hashing; Norouzi, Punjani and Fleet, "Fast search in Hamming space with multi-index hashing",
/// 2012).
///
/// Up to seven different bits leave a band untouched (pigeonhole), so all of these are found; the
/// more bits differ, the less certain a shared band becomes. The bands grow with the number of
/// hashes, so that a bucket holds about one hash where hashes are spread evenly.
package struct HammingIndex: Sendable {
    private static let bands = 8
    /// A bucket is looked at up to here: thousands of pictures that hardly differ share all bands,
    /// and near the first of them is near enough.
    package static let bucketLimit = 4096

    private let hashes: [PerceptualHash]
    private let mask: UInt32
    /// For each band, where the rows of each key begin, and the rows in the order of their keys.
    private let starts: [[Int32]]
    private let rows: [[Int32]]

    /// An index of these hashes, by their rows.
    package init(_ hashes: [PerceptualHash]) {
        self.hashes = hashes
        // Half the bits of the next power of two short: unlike hashes are rare in small sets.
        let bits = min(max(Int.bitWidth - hashes.count.leadingZeroBitCount, 6), 24)
        let mask: UInt32 = (1 << UInt32(bits)) - 1
        self.mask = mask
        var allStarts: [[Int32]] = []
        var allRows: [[Int32]] = []
        for band in 0..<Self.bands {
            // A counting sort keeps rows of one key in ascending order.
            var starts = [Int32](repeating: 0, count: Int(mask) + 2)
            for hash in hashes { starts[Int(hash.words[band] & mask) + 1] += 1 }
            for key in 1..<starts.count { starts[key] += starts[key - 1] }
            var next = starts
            var rows = [Int32](repeating: 0, count: hashes.count)
            for (row, hash) in hashes.enumerated() {
                let key = Int(hash.words[band] & mask)
                rows[Int(next[key])] = Int32(row)
                next[key] += 1
            }
            allStarts.append(starts)
            allRows.append(rows)
        }
        (starts, rows) = (allStarts, allRows)
    }

    /// Calls `body` with each row that shares a band and lies within `limit` bits, and with its
    /// distance; each row once, bands in order.
    /// - Returns: how many rows of overfull buckets were not looked at.
    package func search(
        _ query: PerceptualHash, within limit: Int, _ body: (_ row: Int, _ distance: Int) -> Void
    ) -> Int {
        var skipped = 0
        let masked = query.words & SIMD8(repeating: mask)
        for band in 0..<Self.bands {
            let key = Int(masked[band])
            let range = starts[band][key]..<starts[band][key + 1]
            skipped += max(0, range.count - Self.bucketLimit)
            rows[band].withUnsafeBufferPointer { rows in
                for place in range.prefix(Self.bucketLimit) {
                    let row = Int(rows[Int(place)])
                    let distance = hashes[row].distance(to: query)
                    guard distance <= limit, isFirst(band, masked, row) else { continue }
                    body(row, distance)
                }
            }
        }
        return skipped
    }

    /// Whether no earlier band is shared, in which the row was met already.
    private func isFirst(_ band: Int, _ query: SIMD8<UInt32>, _ row: Int) -> Bool {
        let words = hashes[row].words & SIMD8(repeating: mask)
        return (0..<band).allSatisfy { words[$0] != query[$0] }
    }
}
