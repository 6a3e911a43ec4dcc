import CambiumEvaluation
import CambiumFiles
import CambiumTestFolders

/// Tables of embeddings whose classes are clouds around corners.
struct Clouds {
    let folder: TemporaryFolder
    static let classes = ["chest x-ray", "brain mri", "skin photo"]
    static let width = 8

    init() throws { folder = try TemporaryFolder() }

    func place(_ name: String) -> String { "\(folder.path)/\(name)" }

    /// A table, a class each row in turn; gives its path.
    func table(_ name: String, rows: Int, seed: UInt64) throws -> String {
        var generator = SeededGenerator(seed: seed)
        var vectors: [Float] = []
        for row in 0..<rows {
            let values = (0..<Self.width).map {
                0.3 * generator.normal() + ($0 == row % 3 ? 1 : 0)
            }
            let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            vectors += values.map { Float($0 / length) }
        }
        try EmbeddingTable.write(
            vectors: vectors, keys: (0..<rows).map { "\(name)-\($0)" },
            classes: (0..<rows).map { ClassLabel(id: $0 % 3 + 1, name: Self.classes[$0 % 3]) },
            to: place("\(name).npy"))
        return place("\(name).npy")
    }

    /// A table `KEY<TAB>GROUP` for a table's rows, so many rows a group.
    func groups(_ name: String, rows: Int, each size: Int) throws -> String {
        try folder.write(
            (0..<rows).map { "\(name)-\($0)\tp\($0 / size)\n" }.joined(), to: "\(name).groups.tsv")
    }

    /// What stands at a name in the JSON file of an output folder.
    func number(_ name: String, in file: String) throws -> Double? {
        try JSON(parsing: FileSystem.readText(place(file)))[name]?.number
    }
}
