/// Images of each class in each split and the folders they come from, counted in one pass.
struct ClassCounts {
    /// Images by split, then by class number.
    private(set) var images: [SplitName: [Int]] = [:]
    /// Class folders by class number.
    private(set) var folders: [Set<String>]

    init(_ dataSet: PreparedDataSet) {
        let classes = dataSet.classes.texts.count
        folders = Array(repeating: [], count: classes)
        for name in SplitName.allCases {
            var counts = [Int](repeating: 0, count: classes)
            for row in dataSet.split.rows[name] ?? [] {
                let number = dataSet.classOfRow[row]
                counts[number] += 1
                let folder = dataSet.entries[row].item.classFolder
                if !folder.isEmpty { folders[number].insert(folder) }
            }
            images[name] = counts
        }
    }

    /// A class's images over all splits.
    func total(_ number: Int) -> Int { images.values.reduce(0) { $0 + $1[number] } }

    /// The splits that have images of a class, and how many.
    func splits(_ number: Int) -> [(split: SplitName, count: Int)] {
        SplitName.allCases.compactMap { name in
            let count = images[name]?[number] ?? 0
            return count > 0 ? (name, count) : nil
        }
    }
}
