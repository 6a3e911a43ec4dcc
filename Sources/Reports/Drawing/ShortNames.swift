/// Names of classes that fit a width: what all of them begin or end with goes first, since it tells
/// nothing apart.
package enum ShortNames {
    package static func fit(_ names: [String], size: Double, into width: Double) -> [String] {
        guard names.contains(where: { Glyphs.width($0, size: size) > width }) else { return names }
        let words = names.map { $0.split(separator: " ") }
        let shared = names.count > 1 ? words.map(\.count).min() ?? 0 : 0
        let head = same(words, upTo: shared - 1)
        let tail = same(words.map { $0.reversed() }, upTo: shared - 1 - head)
        return zip(names, words).map { name, words in
            guard Glyphs.width(name, size: size) > width else { return name }
            let core = words.dropFirst(head).dropLast(tail).joined(separator: " ")
            let short = (head > 0 ? "…" : "") + core + (tail > 0 ? "…" : "")
            return Glyphs.fit(short, size: size, into: width)
        }
    }

    /// How many words all begin with.
    private static func same(_ words: [[Substring]], upTo limit: Int) -> Int {
        guard let first = words.first, limit > 0 else { return 0 }
        return (0..<limit).first { place in words.contains { $0[place] != first[place] } } ?? limit
    }
}
