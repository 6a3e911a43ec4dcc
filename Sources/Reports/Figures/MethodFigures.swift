internal import CambiumEvaluation
internal import CambiumFiles

/// The figures of one method.
struct MethodFigures {
    private let method: ReportMethod
    private let tiles: [String: Int]
    private let classes: [CurvePoints?]
    private let pooled: CurvePoints?

    /// More decisions than this are not pooled.
    private static let limit = 10_000_000

    init(_ method: ReportMethod, tiles: [String: Int]) {
        (self.method, self.tiles) = (method, tiles)
        guard let rows = method.rows else {
            (classes, pooled) = ([], nil)
            return
        }
        classes = (0..<rows.classes).map { column in
            let (scores, isPositive) = rows.column(column)
            return CurvePoints(scores, isPositive)
        }
        let (scores, isPositive) =
            rows.scores.count <= Self.limit ? rows.pooled : ([], [])
        pooled = CurvePoints(scores, isPositive)
    }

    private var metrics: ClassificationMetrics { method.result.metrics }

    /// Whether there are scores to draw curves of.
    var hasCurves: Bool { classes.contains { $0 != nil } }

    var confusion: Figure {
        var figure = ConfusionFigure(metrics)
        (figure.examples, figure.tiles) = (method.examples, tiles)
        return figure.figure
    }

    var reliability: Figure? {
        metrics.calibration.map { ReliabilityFigure($0).figure }
    }

    /// The mean over classes, called as given, with its area.
    func macro(_ kind: CurveFigure.Kind, _ name: String, _ ink: Ink) -> CurveFigure.Line? {
        let curves = classes.compactMap(\.self)
        guard !curves.isEmpty else { return nil }
        switch kind {
        case .roc:
            return CurveFigure.Line(
                name: "\(name), mAUC \(ReportText.number(metrics.mauc))",
                points: CurvePoints.meanROC(curves), ink: ink)
        case .precision:
            let mean = curves.reduce(0) { $0 + $1.averagePrecision } / Double(curves.count)
            let area = method.json["map"]?.number ?? mean
            return CurveFigure.Line(
                name: "\(name), mAP \(ReportText.number(area))",
                points: CurvePoints.meanSteps(curves), ink: ink)
        }
    }

    /// All decisions as one question, with its area.
    func micro(_ kind: CurveFigure.Kind, _ name: String, _ ink: Ink) -> CurveFigure.Line? {
        guard let pooled else { return nil }
        let areas = method.json["areas"]
        switch kind {
        case .roc:
            let area = areas?["micro_auc"]?.number ?? pooled.auc
            return CurveFigure.Line(
                name: "\(name), AUC \(ReportText.number(area))", points: pooled.roc, ink: ink)
        case .precision:
            let area = areas?["micro_ap"]?.number ?? pooled.averagePrecision
            return CurveFigure.Line(
                name: "\(name), AP \(ReportText.number(area))", points: pooled.steps, ink: ink)
        }
    }

    /// Every class's curve, thin, and both averages.
    func curves(_ kind: CurveFigure.Kind) -> Figure? {
        guard hasCurves else { return nil }
        var lines = classes.enumerated().compactMap { number, curve -> CurveFigure.Line? in
            curve.map { line(kind, number, $0) }
        }
        if let macro = macro(kind, "mean of the classes", .ink) { lines.append(macro) }
        if var micro = micro(kind, "all decisions as one", .ink) {
            micro.dash = [6, 4]
            lines.append(micro)
        }
        return CurveFigure(kind, lines).figure
    }

    private func line(
        _ kind: CurveFigure.Kind, _ number: Int, _ curve: CurvePoints
    ) -> CurveFigure.Line {
        let entry = metrics.perClass[number]
        let area =
            kind == .roc
            ? "AUC \(ReportText.number(entry.auc ?? curve.auc))"
            : "AP \(ReportText.number(precision(number) ?? curve.averagePrecision))"
        return CurveFigure.Line(
            name: "\(entry.label.name), \(area)", points: kind == .roc ? curve.roc : curve.steps,
            ink: .hue(number), width: 1.2, dash: CurveFigure.dash(number), opacity: 0.45,
            group: number)
    }

    private func precision(_ number: Int) -> Double? {
        method.json["per_class"]?.array?[number]["average_precision"]?.number
    }

    /// Points of every curve, a line each: class, kind, across, up.
    var table: String {
        var text = ""
        for (number, curve) in classes.enumerated() {
            guard let curve else { continue }
            let name = ReportText.csv(metrics.perClass[number].label.name)
            for (kind, points) in [("roc", curve.roc), ("precision_recall", curve.precision)] {
                for point in points {
                    text +=
                        "\(ReportText.csv(method.result.name)),\(name),\(kind),"
                        + "\(point.x),\(point.y)\n"
                }
            }
        }
        return text
    }
}
