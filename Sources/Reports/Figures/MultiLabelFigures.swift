internal import CambiumEvaluation
internal import CambiumFiles

/// Every figure of a report on rows with several labels, drawn once.
struct MultiLabelFigures {
    typealias Entry = ReportFigures.Entry

    /// Macro F1 of all methods.
    let intervals: Entry
    /// ROC and precision-recall of all methods, the mean of the classes.
    let comparison: [Entry]
    /// ROC and precision-recall a method.
    let methods: [[Entry]]
    /// Points of every curve, a line each: method, class, kind, across, up.
    let table: String

    init(_ methods: [MultiLabelMethod]) {
        intervals = Entry(
            name: "macro-f1", title: "Macro F1 with intervals",
            figure: IntervalFigure(
                methods.map {
                    ($0.name, $0.number("macro", "f1") ?? 0, $0.interval("macro_f1"))
                }
            ).figure)
        let curves = methods.map(\.curves)
        let kinds: [(CurveFigure.Kind, String, String)] = [
            (.roc, "roc", "ROC"), (.precision, "precision-recall", "Precision and recall"),
        ]
        comparison =
            methods.count < 2
            ? []
            : kinds.compactMap { kind, word, title in
                let lines = methods.indices.compactMap { number in
                    Self.mean(
                        methods[number], curves[number], kind, methods[number].name, .hue(number),
                        CurveFigure.dash(number))
                }
                return lines.isEmpty
                    ? nil
                    : Entry(
                        name: "\(word)-macro", title: "\(title) of all methods",
                        figure: CurveFigure(kind, lines).figure)
            }
        self.methods = methods.indices.map { number in
            kinds.compactMap { kind, word, title in
                let lines = Self.lines(methods[number], curves[number], kind)
                return lines.isEmpty
                    ? nil
                    : Entry(
                        name: "\(number + 1)-\(word)", title: "\(title), \(methods[number].name)",
                        figure: CurveFigure(kind, lines).figure)
            }
        }
        table = zip(methods, curves).reduce("method,class_name,curve,across,up\n") {
            $0 + Self.points($1.0, $1.1)
        }
    }

    /// All of them, in the order of the page.
    var all: [Entry] { [intervals] + comparison + methods.joined() }

    private static func mean(
        _ method: MultiLabelMethod, _ curves: [CurvePoints?], _ kind: CurveFigure.Kind,
        _ name: String, _ ink: Ink, _ dash: [Double]
    ) -> CurveFigure.Line? {
        let known = curves.compactMap(\.self)
        guard !known.isEmpty else { return nil }
        let (area, points) =
            kind == .roc
            ? ("mAUC \(ReportText.number(method.number("mauc")))", CurvePoints.meanROC(known))
            : ("mAP \(ReportText.number(method.number("map")))", CurvePoints.meanSteps(known))
        return CurveFigure.Line(name: "\(name), \(area)", points: points, ink: ink, dash: dash)
    }

    /// Every class's curve, thin, and their mean.
    private static func lines(
        _ method: MultiLabelMethod, _ curves: [CurvePoints?], _ kind: CurveFigure.Kind
    ) -> [CurveFigure.Line] {
        let labels = method.predictions.classes.labels
        let own = curves.enumerated().compactMap { number, curve -> CurveFigure.Line? in
            guard let curve else { return nil }
            let area =
                kind == .roc
                ? "AUC \(ReportText.number(curve.auc))"
                : "AP \(ReportText.number(curve.averagePrecision))"
            return CurveFigure.Line(
                name: "\(labels[number].name), \(area)",
                points: kind == .roc ? curve.roc : curve.steps, ink: .hue(number), width: 1.2,
                dash: CurveFigure.dash(number), opacity: 0.45, group: number)
        }
        let mean = mean(method, curves, kind, "mean of the classes", .ink, [])
        return own + (mean.map { [$0] } ?? [])
    }

    private static func points(_ method: MultiLabelMethod, _ curves: [CurvePoints?]) -> String {
        let name = ReportText.csv(method.name)
        return zip(method.predictions.classes.labels, curves).reduce("") { text, entry in
            guard let curve = entry.1 else { return text }
            let kinds = [("roc", curve.roc), ("precision_recall", curve.precision)]
            return kinds.reduce(text) { text, kind in
                kind.1.reduce(text) {
                    $0 + "\(name),\(ReportText.csv(entry.0.name)),\(kind.0),\($1.x),\($1.y)\n"
                }
            }
        }
    }
}
