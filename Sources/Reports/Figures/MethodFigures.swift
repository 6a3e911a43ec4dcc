internal import CambiumEvaluation
internal import CambiumFiles

/// The figures of one method.
struct MethodFigures {
    private let method: ReportMethod
    private let tiles: [String: Int]
    private let classes: [CurvePoints?]
    private let pooled: CurvePoints?

    init(_ method: ReportMethod, tiles: [String: Int]) {
        (self.method, self.tiles) = (method, tiles)
        (classes, pooled) = (method.rows?.curves ?? [], method.rows?.pooled)
    }

    private var metrics: LabelledMetrics { method.result.metrics }

    /// Whether there are scores to draw curves of.
    var hasCurves: Bool { classes.contains { $0 != nil } }

    var confusion: Figure? {
        guard case .single(let metrics) = metrics else { return nil }
        var figure = ConfusionFigure(metrics)
        (figure.examples, figure.tiles) = (method.rows?.examples ?? [:], tiles)
        return figure.figure
    }

    var reliability: Figure? {
        guard case .single(let metrics) = metrics else { return nil }
        return metrics.calibration.map { ReliabilityFigure($0).figure }
    }

    /// The mean over classes, called as given, with its area.
    func macro(_ kind: CurveFigure.Kind, _ name: String, _ ink: Ink) -> CurveFigure.Line? {
        let curves = classes.compactMap(\.self)
        guard !curves.isEmpty else { return nil }
        switch kind {
        case .roc:
            return CurveFigure.Line(
                name: "\(name), mAUC \(ReportText.number(metrics.values["mauc"]))",
                points: CurvePoints.meanROC(curves), ink: ink)
        case .precision:
            let mean = curves.reduce(0) { $0 + $1.averagePrecision } / Double(curves.count)
            let area = metrics.values["map"] ?? mean
            return CurveFigure.Line(
                name: "\(name), mAP \(ReportText.number(area))",
                points: CurvePoints.meanSteps(curves), ink: ink)
        }
    }

    /// All decisions as one question, with its area.
    func micro(_ kind: CurveFigure.Kind, _ name: String, _ ink: Ink) -> CurveFigure.Line? {
        guard let pooled else { return nil }
        switch kind {
        case .roc:
            let area = metrics.values["micro_auc"] ?? pooled.auc
            return CurveFigure.Line(
                name: "\(name), AUC \(ReportText.number(area))", points: pooled.roc, ink: ink)
        case .precision:
            let area = metrics.values["micro_ap"] ?? pooled.averagePrecision
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
        let entry = metrics.perClass[number].metrics
        let area =
            kind == .roc
            ? "AUC \(ReportText.number(entry.auc ?? curve.auc))"
            : "AP \(ReportText.number(entry.averagePrecision ?? curve.averagePrecision))"
        return CurveFigure.Line(
            name: "\(entry.label.name), \(area)", points: kind == .roc ? curve.roc : curve.steps,
            ink: .hue(number), width: 1.2, dash: CurveFigure.dash(number), opacity: 0.45,
            group: number)
    }

    /// Points of every curve, a line each: class, kind, across, up.
    var table: String {
        var text = ""
        for (number, curve) in classes.enumerated() {
            guard let curve else { continue }
            let name = ReportText.csv(metrics.perClass[number].metrics.label.name)
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
