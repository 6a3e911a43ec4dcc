internal import CambiumAdapters
internal import CambiumEncoders
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumImaging
internal import CambiumTorch

/// `MODEL_CARD.md`: what a bundle is, written from its own facts and measured numbers only.
///
/// The sections follow "Model Cards for Model Reporting" (Mitchell et al., 2019); what nobody
/// measured or said is named as missing.
struct ModelCard {
    private let manifest: BundleManifest
    private let metrics: JSON?

    init(_ manifest: BundleManifest, metrics: JSON?) {
        (self.manifest, self.metrics) = (manifest, metrics)
    }

    var text: String {
        """
        # Model card

        An image classifier with \(manifest.labels.count) classes, packaged by Cambium \
        \(manifest.program) with libtorch \(manifest.libtorch). For research; not a medical device.

        | | |
        |---|---|
        | Mode | \(mode) |
        | Task | \(task) |
        | Weights | \(weights) |
        | Input | RGB, bicubic to \(manifest.preprocessing.width) x \
        \(manifest.preprocessing.height) pixels without keeping the aspect |
        | Reading of files | \(reading) |
        | Mean, standard deviation | \(manifest.preprocessing.mean), \
        \(manifest.preprocessing.deviation) |
        | Logit scale | \(manifest.logitScale) |
        | Text template | \(cell(manifest.template)) |

        ## Classes

        | Class id | Label | Text |
        |---|---|---|
        \(manifest.labels.map { "| \($0.id) | \(cell($0.name)) | \(cell($0.text)) |" }
            .joined(separator: "\n"))

        ## Training data

        \(data)

        ## Measured

        \(measured)

        ## Operating points

        \(operatingPoints)

        ## Limits

        The numbers hold for images like those they were measured on. Other scanners, sites and
        populations need an evaluation of their own before any use.

        ## Check

        `cambium verify` proves that no byte was changed and that a machine computes what the
        packaging machine did, for the images in `golden/`.

        """
    }

    /// A text inside a table: a bar or a line break would end its cell.
    private func cell(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
            .split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private var mode: String {
        switch manifest.mode {
        case .zeroShot: "zero-shot: the class texts decide, nothing was trained for the classes"
        case .adapter:
            "adapter: a trained head (\(cell(manifest.adapter?["head"]?.string ?? "unknown"))) on "
                + "the image embedding"
        }
    }

    private var task: String {
        manifest.task == .single
            ? "single-label: an image has one class, probabilities sum to 1"
            : "multi-label: an image may have any number of classes, each probability stands for "
                + "itself"
    }

    private var weights: String {
        if let reference = manifest.weights.reference {
            return "not in the bundle; the file with SHA-256 \(reference.file.sha256), "
                + "\(reference.file.size) bytes"
        }
        let source = manifest.weights.origin
        return (manifest.weights.precision?.rawValue ?? "float32")
            + (source.isEmpty ? "" : ", from the file with SHA-256 \(source)")
    }

    private var reading: String {
        guard let reading = manifest.preprocessing.reading else {
            return "not known; 8-bit JPEG and PNG as they are"
        }
        let turned = reading.exifOrientation ? "turned upright by EXIF" : "EXIF orientation ignored"
        let behind =
            reading.background == .keep
            ? "" : "; \(reading.background.text) behind transparent pixels"
        return "intensity \(cell(JSON.encode(reading.intensity).line)); \(turned)\(behind)"
    }

    private var data: String {
        guard let data = manifest.data else {
            return "No data set was named when this bundle was packaged."
        }
        var rows = [("dataset.json, SHA-256", data["dataset_sha256"]?.string ?? "unknown")]
        if let name = data["name"]?.string { rows.append(("Name", name)) }
        for split in ["train", "validation", "test"] {
            if let count = data["counts"]?[split]?.integer {
                rows.append(("Images, \(split)", "\(count)"))
            }
        }
        if let licence = data["licence"]?.string { rows.append(("Licence", licence)) }
        return table(["Data set", ""], rows.map { [$0.0, cell($0.1)] })
    }

    private func table(_ head: [String], _ rows: [[String]]) -> String {
        func line(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }
        return ([line(head), line(head.map { _ in "---" })] + rows.map(line))
            .joined(separator: "\n")
    }
}

extension ModelCard {
    private var measured: String {
        guard let metrics else { return "No metrics were given when this bundle was packaged." }
        let rows = Metric.columns(.modelCard).map { column in
            [
                column.title, number(column.metric.member(of: metrics)),
                interval(column.metric.key),
            ]
        }
        let images = ["Images", metrics["count"]?.integer.map(String.init) ?? "undefined", "–"]
        let digest = manifest.metrics?["sha256"]?.string.map {
            "\n\nFrom the metrics.json with SHA-256 \($0)."
        }
        return table(["Metric", "Value", "95 % interval"], [images] + rows) + perClass
            + (digest ?? "")
    }

    private var perClass: String {
        guard let classes = metrics?["per_class"]?.array, !classes.isEmpty else { return "" }
        let rows = classes.map { entry in
            [
                cell(entry["class_name"]?.string ?? ""),
                entry["support"]?.integer.map(String.init) ?? "–",
            ] + ["sensitivity", "specificity", "precision", "f1", "auc"].map { number(entry[$0]) }
        }
        return "\n\n"
            + table(
                ["Class", "Images", "Sensitivity", "Specificity", "Precision", "F1", "AUC"], rows)
    }

    private var operatingPoints: String {
        guard !manifest.operatingPoints.isEmpty else {
            return manifest.task == .single
                ? "None: the likeliest class decides."
                : "None: a class counts as present from a probability of 0.5 on, which nobody "
                    + "measured."
        }
        return manifest.operatingPoints.map { point in
            "### \(cell(point.criterion)), chosen on \(point.rows) validation rows\n\n"
                + table(
                    ["Class", "From", "Sensitivity, test", "Specificity, test", "Note"],
                    zip(manifest.labels, point.thresholds).map { label, threshold in
                        [
                            cell(label.name), threshold.value.map { "\($0)" } ?? "never",
                            number(threshold.evidence["test"]?["sensitivity"]),
                            number(threshold.evidence["test"]?["specificity"]),
                            cell(threshold.evidence["note"]?.string ?? ""),
                        ]
                    })
        }.joined(separator: "\n\n")
    }

    private func number(_ value: JSON?) -> String {
        value?.number.map { "\((($0 * 10000).rounded()) / 10000)" } ?? "undefined"
    }

    private func interval(_ key: String) -> String {
        guard
            let bounds = (metrics?["intervals"]?[key] ?? metrics?["intervals"]?["values"]?[key])?
                .array, bounds.count == 2
        else { return "–" }
        return "\(number(bounds[0])) to \(number(bounds[1]))"
    }
}
