internal import CambiumEvaluation

/// Every figure of a report, drawn once.
struct ReportFigures {
    /// A figure, the name of its files and what it shows.
    struct Entry {
        let name: String
        let title: String
        let figure: Figure
    }

    /// Figures of all methods together.
    let intervals: Entry
    /// Pairs of ROC and precision-recall by average: the mean of the classes, all decisions as one.
    let comparisons: [(title: String, entries: [Entry])]
    let map: Entry?
    /// Confusion, reliability, ROC and precision-recall a method, as far as they exist.
    let methods: [[Entry]]

    init(_ methods: [ReportMethod], map: EmbeddingMap?, tiles: [String: Int]) {
        let figures = methods.map { MethodFigures($0, tiles: tiles) }
        intervals = Entry(
            name: "macro-f1", title: "Macro F1 with intervals",
            figure: IntervalFigure(methods.map(\.result)).figure)
        let names = methods.map(\.result.name)
        // Rows with several labels have one average, which needs no name.
        let isSeveral = methods.first?.isSeveral ?? false
        let macro = Self.pair(names, figures, "macro", isNamed: !isSeveral) { $0.macro($1, $2, $3) }
        let micro = Self.pair(names, figures, "micro") { $0.micro($1, $2, $3) }
        comparisons = [("mean of the classes", macro), ("all decisions as one", micro)]
            .filter { !$0.1.isEmpty }
        self.map = map.map { map in
            var figure = MapFigure(map)
            figure.tiles = tiles
            return Entry(name: "map", title: "Map of embeddings", figure: figure.figure)
        }
        self.methods = zip(names, figures).enumerated().map { number, entry in
            let (name, drawn) = entry
            let all: [(String, String, Figure?)] = [
                ("confusion", "Confusion matrix", drawn.confusion),
                ("reliability", "Reliability", drawn.reliability),
                ("roc", "ROC", drawn.curves(.roc)),
                ("precision-recall", "Precision and recall", drawn.curves(.precision)),
            ]
            return all.compactMap { kind, title, figure in
                figure.map {
                    Entry(name: "\(number + 1)-\(kind)", title: "\(title), \(name)", figure: $0)
                }
            }
        }
    }

    /// Every method's line in one plot, ROC and precision-recall.
    private static func pair(
        _ names: [String], _ figures: [MethodFigures], _ average: String,
        isNamed: Bool = true,
        _ line: (MethodFigures, CurveFigure.Kind, String, Ink) -> CurveFigure.Line?
    ) -> [Entry] {
        guard names.count > 1 else { return [] }
        return [CurveFigure.Kind.roc, .precision].compactMap { kind in
            let lines = zip(names, figures).enumerated().compactMap { number, entry in
                var line = line(entry.1, kind, entry.0, .hue(number))
                line?.dash = CurveFigure.dash(number)
                return line
            }
            guard !lines.isEmpty else { return nil }
            let word = kind == .roc ? "roc" : "precision-recall"
            let plain = kind == .roc ? "ROC" : "Precision and recall"
            return Entry(
                name: "\(word)-\(average)",
                title: isNamed
                    ? "\(word) of all methods, \(average) average" : "\(plain) of all methods",
                figure: CurveFigure(kind, lines).figure)
        }
    }

    /// All of them, in the order of the page.
    var all: [Entry] {
        [intervals] + comparisons.flatMap(\.entries) + (map.map { [$0] } ?? []) + methods.joined()
    }
}
