/// What the logits of a batch should be: for each image the share of every text, and the other way
/// round.
struct ContrastiveTargets {
    private let classes: [Int]
    private let sizes: [Int: Int]
    private let labelSmoothing: Double
    /// What is left of each image where images are mixed; the rest is image `count - 1 - i`'s.
    let shares: [Double]?

    init(_ loss: ContrastiveLoss, labels: [Int], shares: [Double]?) {
        let isOwn = loss.kind != .unicl
        classes = isOwn ? Array(labels.indices) : ContrastiveLoss.targets(labels)
        sizes = classes.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        labelSmoothing = loss.labelSmoothing
        self.shares = shares
    }

    var count: Int { classes.count }

    /// Shares of the texts for some images, row-major [rows, count]; a row sums to 1. Without
    /// mixing it is symmetric in what it compares, so it serves both directions.
    func texts(_ rows: Range<Int>) -> [Double] {
        guard let shares else {
            return rows.flatMap { row in whole(row) }
        }
        return rows.flatMap { row in
            zip(whole(row), whole(count - 1 - row)).map { own, other in
                own * shares[row] + other * (1 - shares[row])
            }
        }
    }

    /// Shares of the images for some texts, row-major [rows, count]: the texts' columns among all
    /// images, each divided by its sum. A text that no image shows any more has zeros.
    func images(_ rows: Range<Int>) -> [Double] {
        guard let shares else { return texts(rows) }
        return rows.flatMap { row in
            let column = whole(row)
            let mixed = (0..<count).map { image in
                column[image] * shares[image] + column[count - 1 - image] * (1 - shares[image])
            }
            let sum = mixed.reduce(0, +)
            return sum > 0 ? mixed.map { $0 / sum } : mixed
        }
    }

    /// A whole image's row, or a text's column.
    private func whole(_ row: Int) -> [Double] {
        let weight = (1 - labelSmoothing) / Double(sizes[classes[row]] ?? 1)
        let spread = labelSmoothing / Double(max(1, count))
        return classes.map { ($0 == classes[row] ? weight : 0) + spread }
    }
}
