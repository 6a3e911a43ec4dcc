internal import CambiumFiles

/// The layout of folds: `OUT/fold-00`, `OUT/fold-01`, ... are data sets of their own, and
/// `OUT/folds.json` says how they were made.
enum FoldFolder {
    /// The folder of a fold.
    static func name(_ fold: Int) -> String { fold < 10 ? "fold-0\(fold)" : "fold-\(fold)" }

    /// Writes `folds.json`; gives the summary of all.
    static func summarize(
        _ folds: [PrepareSummary], in folder: String, _ options: PrepareOptions, _ rows: SplitRows
    ) throws(CorpusError) -> PrepareSummary {
        let entries = folds.enumerated().map { fold, summary in
            JSON.object([
                "folder": .string(name(fold)),
                "counts": .object(
                    Dictionary(
                        uniqueKeysWithValues: summary.images.map {
                            ($0.split.rawValue, .integer($0.count))
                        })),
            ])
        }
        let document = JSON.object([
            "schema_version": 1, "folds": .array(entries), "seed": .integer(Int(options.seed)),
            "rule": rows.groups.units == nil ? "stratified folds" : "grouped folds",
        ])
        try onFiles { () throws(FileError) in
            try FileSystem.write(document.document, to: "\(folder)/folds.json")
        }
        let notes = folds.enumerated().flatMap { fold, summary in
            summary.notes.map { "\(name(fold)): \($0)" }
        }
        return PrepareSummary(
            folder: options.out, images: folds.first?.images ?? [],
            classes: folds.first?.classes ?? 0, rejected: folds.first?.rejected ?? 0,
            notes: notes, folds: folds.count)
    }
}
