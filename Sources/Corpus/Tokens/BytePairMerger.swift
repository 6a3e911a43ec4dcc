/// Applies merge rules to one word, lowest rank first, leftmost among equals, in
/// O(n log n) for a word of n bytes: a hostile text of one long word must not stall a server.
struct BytePairMerger {
    private let vocabulary: BytePairVocabulary
    private var symbols: [Int32]
    private var next: [Int]
    private var previous: [Int]
    private var queue = Heap()

    /// Token ids of one word, given as UTF-8.
    static func tokens(of word: [UInt8], in vocabulary: BytePairVocabulary) -> [Int32] {
        guard let last = word.last else { return [] }
        let symbols =
            word.dropLast().map { vocabulary.inner[Int($0)] } + [vocabulary.final[Int(last)]]
        var merger = BytePairMerger(symbols, vocabulary)
        return merger.run()
    }

    private init(_ symbols: [Int32], _ vocabulary: BytePairVocabulary) {
        self.vocabulary = vocabulary
        self.symbols = symbols
        next = Array(1...symbols.count)
        previous = Array(-1..<symbols.count - 1)
        for position in 0..<symbols.count - 1 { propose(position) }
    }

    private mutating func run() -> [Int32] {
        while let best = queue.pop() {
            // Symbols change under queued entries: only one whose pair still stands counts.
            guard symbols[best.position] >= 0, let rule = rule(at: best.position),
                rule.rank == best.rank
            else { continue }
            join(best.position, into: rule.token)
        }
        return symbols.filter { $0 >= 0 }
    }

    private func rule(at position: Int) -> BytePairVocabulary.Merge? {
        let right = next[position]
        guard right < symbols.count else { return nil }
        return vocabulary.merge(symbols[position], symbols[right])
    }

    private mutating func join(_ position: Int, into token: Int32) {
        let right = next[position]
        symbols[position] = token
        symbols[right] = -1
        next[position] = next[right]
        if next[position] < symbols.count {
            previous[next[position]] = position
            propose(position)
        }
        if previous[position] >= 0 { propose(previous[position]) }
    }

    private mutating func propose(_ position: Int) {
        guard let rule = rule(at: position) else { return }
        queue.push(Heap.Entry(rank: rule.rank, position: position))
    }
}

/// A binary heap of merge candidates, smallest rank and then smallest position on top.
private struct Heap {
    struct Entry {
        let rank: Int32
        let position: Int

        func precedes(_ other: Entry) -> Bool {
            (rank, position) < (other.rank, other.position)
        }
    }

    private var entries: [Entry] = []

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0, entries[child].precedes(entries[(child - 1) / 2]) {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> Entry? {
        guard let top = entries.first else { return nil }
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var parent = 0
        while let child = smallerChild(of: parent), entries[child].precedes(entries[parent]) {
            entries.swapAt(child, parent)
            parent = child
        }
        return top
    }

    private func smallerChild(of parent: Int) -> Int? {
        let left = 2 * parent + 1
        guard left < entries.count else { return nil }
        let right = left + 1
        return right < entries.count && entries[right].precedes(entries[left]) ? right : left
    }
}
