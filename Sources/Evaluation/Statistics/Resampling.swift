internal import CambiumFiles

/// The plan of a bootstrap: which rows stay together, within which strata they are drawn, and the
/// weights of every resample, each from its own random numbers, so that neither the number of
/// threads nor the order of the work matters.
///
/// Of the m units of a stratum m - 1 are drawn, each to count m / (m - 1) (Rao and Wu, 1988): the
/// spread of the resamples is then that of the data, not (m - 1) / m of it, which of few units is
/// far too little. Strata of one unit, which could not move at all, are drawn as one (collapsed
/// strata; Cochran, 1977).
struct Resampling: Sendable {
    /// What is drawn: "rows", "rows within classes", "groups within classes" or "groups".
    let drawn: String
    let resamples: Int
    /// Whether units are groups of rows.
    let isGrouped: Bool
    private let seed: Int
    private let rows: Int
    /// The rows of unit u are `members[starts[u]..<starts[u + 1]]`.
    private let members: [Int]
    private let starts: [Int]
    /// Units by stratum.
    private let strata: [[Int]]

    /// Units: rows, or groups.
    var unitCount: Int { starts.count - 1 }

    /// The rows of a unit.
    func rows(of unit: Int) -> ArraySlice<Int> { members[starts[unit]..<starts[unit + 1]] }

    /// - Parameters:
    ///   - groups: the group of each row, whose rows are drawn together.
    ///   - classes: the stratum of each row; nil to draw from all rows at once.
    init(
        rows: Int, groups: [String]?, classes: [Int]?, resamples: Int, seed: Int
    ) throws(EvaluationError) {
        (self.rows, self.resamples, self.seed) = (rows, resamples, seed)
        isGrouped = groups != nil
        guard let groups else {
            (members, starts) = (Array(0..<rows), Array(0...rows))
            let own = classes.map { Self.members(of: $0) } ?? []
            strata = own.isEmpty ? [Array(0..<rows)] : Self.collapsed(own)
            drawn = strata.count > 1 ? "rows within classes" : "rows"
            return
        }
        guard groups.count == rows else {
            throw .shape(
                place: "groups of the bootstrap", expected: "\(rows) rows", got: "\(groups.count)")
        }
        let units = Self.members(of: groups)
        members = units.flatMap(\.self)
        starts = units.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
        let isPure = units.allSatisfy { unit in
            unit.allSatisfy { classes?[$0] == classes?[unit[0]] }
        }
        guard isPure, let classes else {
            (strata, drawn) = ([Array(units.indices)], "groups")
            return
        }
        strata = Self.collapsed(Self.members(of: units.map { classes[$0[0]] }))
        drawn = strata.count > 1 ? "groups within classes" : "groups"
    }

    /// The strata of one unit as one stratum, after the others.
    private static func collapsed(_ strata: [[Int]]) -> [[Int]] {
        let single = strata.filter { $0.count == 1 }.flatMap(\.self)
        return strata.filter { $0.count > 1 } + (single.isEmpty ? [] : [single])
    }

    /// Degrees of freedom of a mean over rows (Welch, 1947; Satterthwaite, 1946): each stratum's
    /// variance, taken to be that of its number of rows, is known from its own units only.
    var freedom: Double {
        var (sum, squares) = (0.0, 0.0)
        for units in strata where units.count > 1 {
            let rows = units.reduce(0) { $0 + starts[$1 + 1] - starts[$1] }
            let variance = Double(rows * rows) / Double(units.count)
            sum += variance
            squares += variance * variance / Double(units.count - 1)
        }
        return squares > 0 ? sum * sum / squares : 0
    }

    /// Places of equal keys, by rising key: a dictionary's own order changes from run to run.
    private static func members<Key: Hashable & Comparable>(of keys: [Key]) -> [[Int]] {
        Dictionary(grouping: keys.indices) { keys[$0] }.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The values of a metric source in every resample, by name; NaN where undefined.
    func draws(_ source: some Resampled) -> [String: [Double]] {
        let (names, width) = (source.names, Lanes.scalarCount)
        let chunks = (resamples + width - 1) / width
        let measured = Workers.map(chunks) { source.measure(weights($0)) }
        return Dictionary(
            uniqueKeysWithValues: names.enumerated().map { index, name in
                let values = measured.flatMap { lanes in (0..<width).map { lanes[index][$0] } }
                return (name, Array(values.prefix(resamples)))
            })
    }

    private func weights(_ chunk: Int) -> LaneWeights {
        let width = Lanes.scalarCount
        var counts = [Lanes](repeating: .zero, count: rows)
        counts.withUnsafeMutableBytes { bytes in
            let counts = bytes.bindMemory(to: Double.self)
            for lane in 0..<min(width, resamples - chunk * width) {
                draw(chunk * width + lane) { row, weight in
                    counts[row * width + lane] += weight
                }
            }
        }
        return LaneWeights(counts)
    }

    /// Calls `take` for every row of a resample as often as it was drawn, with what it counts.
    @inline(__always)
    private func draw(_ number: Int, _ take: (_ row: Int, _ weight: Double) -> Void) {
        var generator = SeededGenerator(
            seed: UInt64(bitPattern: Int64(seed)), SeededGenerator.stream("bootstrap"),
            UInt64(number))
        for units in strata {
            let draws = max(units.count - 1, 1)
            let weight = Double(units.count) / Double(draws)
            for _ in 0..<draws {
                let unit = units[generator.index(below: units.count)]
                for place in starts[unit]..<starts[unit + 1] { take(members[place], weight) }
            }
        }
    }
}
