internal import CambiumImaging

/// Rows that show the same: equal pixels, near duplicates, and all that hangs together through
/// them.
public struct DuplicateCluster: Sendable, Equatable {
    /// The rows, ascending; at least two.
    public let rows: [Int]
    /// Whether the pixels of all of them are equal.
    public let isExact: Bool
}

/// The duplicates among images.
public struct Duplicates: Sendable {
    /// The clusters, by their first rows.
    public let clusters: [DuplicateCluster]
    /// Pairs of near duplicates, and for equal pixels each copy with the first.
    public let pairs: [DuplicatePair]
    /// Images that could not be compared because they are all one colour, or nearly.
    public let withoutStructure: Int
    /// Comparisons left out because too many images are alike.
    public let skipped: Int

    /// Finds them.
    /// - Parameters:
    ///   - store: the fingerprints.
    ///   - chosen: the rows of the store that are searched, ascending; nil: all. The rows of the
    ///     result count these, from 0.
    ///   - workers: threads; the result does not depend on their number.
    public init(
        _ store: FingerprintStore, rows chosen: [Int]? = nil, workers: Int
    ) throws(CorpusError) {
        let chosen = chosen ?? Array(store.pixels.indices)
        // Equal pixels enter the search once.
        var firstRow: [PixelHash: Int] = [:]
        var unique: [Int] = []
        var copies: [DuplicatePair] = []
        for (row, place) in chosen.enumerated() {
            let hash = store.pixels[place]
            if let first = firstRow[hash] {
                copies.append(DuplicatePair(first: first, second: row, distance: 0, match: nil))
            } else {
                firstRow[hash] = row
                unique.append(row)
            }
        }
        let search = try NearDuplicates(rows: unique.map { chosen[$0] }, store: store)
            .search(workers: workers)
        let found = search.pairs.map {
            DuplicatePair(
                first: unique[$0.first], second: unique[$0.second], distance: $0.distance,
                match: $0.match)
        }
        copies += found
        copies.sort { ($0.first, $0.second) < ($1.first, $1.second) }
        pairs = copies
        clusters = Self.clusters(pairs, rows: chosen.count)
        (withoutStructure, skipped) = (search.withoutStructure, search.skipped)
    }

    /// Duplicates that were found already.
    init(
        clusters: [DuplicateCluster], pairs: [DuplicatePair], withoutStructure: Int, skipped: Int
    ) {
        (self.clusters, self.pairs) = (clusters, pairs)
        (self.withoutStructure, self.skipped) = (withoutStructure, skipped)
    }

    private static func clusters(_ pairs: [DuplicatePair], rows: Int) -> [DuplicateCluster] {
        var sets = DisjointSets(count: rows)
        for pair in pairs { sets.unite(pair.first, pair.second) }
        var isExact: [Int: Bool] = [:]
        for pair in pairs where pair.match != nil { isExact[sets.root(pair.first)] = false }
        var isInvolved = [Bool](repeating: false, count: rows)
        for pair in pairs { (isInvolved[pair.first], isInvolved[pair.second]) = (true, true) }
        let involved = isInvolved.indices.filter { isInvolved[$0] }
        let members = Dictionary(grouping: involved) { sets.root($0) }
        return members.map { root, rows in
            DuplicateCluster(rows: rows, isExact: isExact[root] ?? true)
        }.sorted { $0.rows[0] < $1.rows[0] }
    }

    /// The groups of rows, united where a cluster holds them together.
    /// - Parameter names: each row's group.
    /// - Returns: each row's group; united ones have the name that comes first.
    func unite(_ names: [String]) -> [String] {
        let (numbers, known) = Self.numbered(names)
        var sets = DisjointSets(count: known.count)
        for cluster in clusters {
            for row in cluster.rows.dropFirst() {
                sets.unite(Int(numbers[cluster.rows[0]]), Int(numbers[row]))
            }
        }
        // The root is the number that appeared first, so its name stands for all.
        return numbers.map { known[sets.root(Int($0))] }
    }

    /// A number a name, by first appearance, and the names of the numbers.
    private static func numbered(_ names: [String]) -> (numbers: [Int32], known: [String]) {
        var number: [String: Int32] = [:]
        var known: [String] = []
        let numbers = names.map { name in
            if let number = number[name] { return number }
            let next = Int32(known.count)
            number[name] = next
            known.append(name)
            return next
        }
        return (numbers, known)
    }
}

/// Union and find with path halving; the smallest member is the root.
struct DisjointSets {
    private var parents: [Int32]

    init(count: Int) { parents = (0..<Int32(count)).map(\.self) }

    mutating func root(_ member: Int) -> Int {
        var place = member
        while Int(parents[place]) != place {
            parents[place] = parents[Int(parents[place])]
            place = Int(parents[place])
        }
        return place
    }

    mutating func unite(_ a: Int, _ b: Int) {
        let (a, b) = (root(a), root(b))
        if a != b { parents[max(a, b)] = Int32(min(a, b)) }
    }
}
