/// Proposes the name somebody probably meant.
public enum NearestName {
    /// The candidate with the smallest edit distance, when that is at most a third of the name;
    /// else the shortest one that begins with the name.
    public static func of(_ name: String, in candidates: some Sequence<String>) -> String? {
        let scored = candidates.map { ($0, distance(name.lowercased(), $0.lowercased())) }
        guard let best = scored.min(by: { ($0.1, $0.0) < ($1.1, $1.0) }) else { return nil }
        if best.1 <= max(2, name.count / 3) { return best.0 }
        guard name.count > 2 else { return nil }
        return candidates.filter { $0.lowercased().hasPrefix(name.lowercased()) }
            .min { ($0.count, $0) < ($1.count, $1) }
    }

    /// Edits (insert, delete, replace, exchange neighbours) from one text to another (Damerau).
    static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a), Array(b))
        var before: [Int] = []
        var last = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var row = [i + 1]
            for (j, y) in b.enumerated() {
                var cost = min(last[j] + (x == y ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, x == b[j - 1], a[i - 1] == y {
                    cost = min(cost, before[j - 1] + 1)
                }
                row.append(cost)
            }
            (before, last) = (last, row)
        }
        return last[b.count]
    }
}

/// A name from a file as a message shows it: one line, not too long.
package func shown(_ name: String) -> String {
    let line = name.unicodeScalars.prefix(120).map { scalar in
        scalar.properties.generalCategory == .control ? "?" : String(scalar)
    }
    return line.joined() + (line.count < name.unicodeScalars.count ? "…" : "")
}
