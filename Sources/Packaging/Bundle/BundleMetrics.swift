internal import CambiumEvaluation
internal import CambiumFiles

/// A `metrics.json` that goes along.
struct BundleMetrics {
    let json: JSON
    /// What the manifest says of it.
    let record: JSON

    /// Reads a file, whose classes must be the bundle's.
    init(_ path: String, labels: [BundleLabel]) throws {
        json = try JSON(file: path)
        record = ["sha256": .string(try Digest.sha256(file: path))]
        guard let classes = json["per_class"]?.array else {
            throw PackagingError.mismatch(
                "\(path): is no evaluation's metrics.json: it has no per_class")
        }
        // A model card shows nothing that a report would refuse.
        _ = try LabelledMetrics(json: json, place: path)
        guard classes.compactMap({ $0["class_name"]?.string }) == labels.map(\.name) else {
            throw PackagingError.mismatch(
                "\(path): was measured on other classes than the bundle's \(labels.count), line "
                    + "for line; give the metrics of this model's evaluation")
        }
    }
}
