public import CambiumEvaluation
internal import CambiumFiles

extension Retrieval {
    /// The text of `metrics.json` with where it comes from.
    public func document(_ provenance: Provenance) -> String {
        var members = json.object ?? [:]
        members["provenance"] = provenance.json
        return JSON.object(members).document
    }

    /// The result as Markdown.
    public var markdown: String {
        let table = values.keys.sorted().map { name in
            "| \(name.replacing("_", with: " ")) | \(ReportText.number(values[name])) | "
                + (intervals?.values[name].map(ReportText.interval) ?? "–") + " |\n"
        }
        let left = leftOut == 0 ? "" : "; \(leftOut) queries have nothing to find and are left out"
        return "# Retrieval\n\n| Metric | Value | Interval |\n|---|---:|---:|\n\(table.joined())"
            + "\n\(count) queries among \(gallery) rows\(left).\n"
    }
}
