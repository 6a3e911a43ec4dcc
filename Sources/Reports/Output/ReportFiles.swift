internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumImaging

/// Everything beside a report's page: the numbers as `metrics.json` and CSV, a Markdown summary,
/// and every figure as SVG and PNG.
public struct ReportFiles {
    private let report: Report
    private let figures: ReportFigures

    /// Draws the figures of a report once, for its page and its files.
    public init(_ report: Report) {
        (self.report, figures) = (report, report.figures)
    }

    /// The page.
    public var html: String { report.page(figures) }

    /// Writes the files into a folder that exists.
    /// - Throws: `FileError` when a file cannot be written, `ImageError` for a figure too large.
    public func write(to folder: String) throws {
        var texts = [
            "metrics.json": metrics.document, "summary.md": summary, "per_class.csv": perClass,
            "curves.csv": curves,
        ]
        if !report.isSeveral {
            texts["headline.csv"] = report.headline.csv
            (texts["confusion.csv"], texts["reliability.csv"]) = (confusion, reliability)
        }
        for (name, text) in texts { try FileSystem.write(text, to: "\(folder)/\(name)") }
        if let map = report.map {
            try FileSystem.write(Self.points(map), to: "\(folder)/map.csv")
        }
        for entry in figures.all {
            let path = "\(folder)/\(entry.name)"
            try FileSystem.write(entry.figure.document, to: "\(path).svg")
            try FileSystem.write(PNGEncoder.encode(Raster.image(entry.figure)), to: "\(path).png")
        }
    }

    private var metrics: JSON {
        [
            "title": .string(report.title),
            "methods": .array(
                report.methods.map { method in
                    var members = method.json.object ?? [:]
                    members["name"] = .string(method.result.name)
                    return .object(members)
                }),
            "provenance": report.provenance?.json ?? .null,
        ]
    }

    private var summary: String {
        figures.all.reduce(report.summary) { text, entry in
            let title = ReportText.markdown(entry.title)
            return text + "\n![\(title)](\(entry.name).png)\n"
        }
    }

    private func lines(_ heading: String, _ rows: (ReportMethod) -> [String]) -> String {
        report.methods.reduce("method,\(heading)\n") { text, method in
            let name = ReportText.csv(method.result.name)
            return rows(method).reduce(text) { $0 + "\(name),\($1)\n" }
        }
    }

    private static func value(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

    private var perClass: String {
        let columns = ClassColumn.report(isSeveral: report.isSeveral)
        return lines(ClassColumn.heading(columns)) { method in
            method.result.metrics.perClass.map { ClassColumn.line($0, columns) }
        }
    }

    private var confusion: String {
        lines("true_id,predicted_id,count") { method in
            guard case .single(let metrics) = method.result.metrics else { return [] }
            let ids = metrics.perClass.map(\.label.id)
            return ids.indices.flatMap { row in
                ids.indices.map { "\(ids[row]),\(ids[$0]),\(metrics.confusion[row][$0])" }
            }
        }
    }

    private var reliability: String {
        lines("lower,upper,count,confidence,accuracy") { method in
            guard case .single(let metrics) = method.result.metrics else { return [] }
            return (metrics.calibration?.bins ?? []).map {
                "\($0.lower),\($0.upper),\($0.count),\(Self.value($0.confidence)),"
                    + Self.value($0.accuracy)
            }
        }
    }

    private var curves: String {
        report.methods.reduce("method,class_name,curve,across,up\n") {
            $0 + MethodFigures($1, tiles: [:]).table
        }
    }

    private static func points(_ map: EmbeddingMap) -> String {
        map.entries.reduce("table,key,class_id,class_name,x,y\n") { text, entry in
            let id = entry.label.map { "\($0.id)" } ?? ""
            return text + "\(ReportText.csv(map.names[entry.table])),\(ReportText.csv(entry.key)),"
                + "\(id),\(ReportText.csv(entry.label?.name ?? "")),\(entry.x),\(entry.y)\n"
        }
    }
}
