/// Which classes are kept, and their ids: kept texts in byte order (or in that of their first
/// images), the first one has the first id.
struct ClassSelection {
    /// Texts of the kept classes, in the order of their ids.
    let texts: [String]
    /// Why a class is left out.
    let leftOut: [String: String]
    private let numbers: [String: Int]

    /// - Parameters:
    ///   - images: the class text of each image, in order.
    ///   - top: how many of the most frequent classes stay; the one that appears first wins a tie.
    ///   - minimum: how many images a class needs.
    ///   - byAppearance: whether ids follow the first images instead of the texts.
    init(images: [String], top: Int?, minimum: Int?, byAppearance: Bool = false) {
        var counts: [String: Int] = [:]
        var order: [String] = []
        for text in images {
            if counts.updateValue((counts[text] ?? 0) + 1, forKey: text) == nil {
                order.append(text)
            }
        }
        var leftOut: [String: String] = [:]
        let ranked = order.enumerated().sorted {
            let (a, b) = (counts[$0.element] ?? 0, counts[$1.element] ?? 0)
            return (b, $0.offset) < (a, $1.offset)
        }.map(\.element)
        for (rank, text) in ranked.enumerated() {
            let count = counts[text] ?? 0
            if let minimum, count < minimum {
                leftOut[text] =
                    "class \"\(text)\" has \(count) image\(count.ending), "
                    + "fewer than \(minimum)"
            } else if let top, rank >= top {
                leftOut[text] = "class \"\(text)\" is not among the \(top) most frequent"
            }
        }
        let kept = order.filter { leftOut[$0] == nil }
        texts =
            byAppearance ? kept : kept.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        numbers = Dictionary(uniqueKeysWithValues: zip(texts, texts.indices))
        self.leftOut = leftOut
    }

    /// The number of a kept class, from 0.
    func number(of text: String) -> Int? { numbers[text] }
}
