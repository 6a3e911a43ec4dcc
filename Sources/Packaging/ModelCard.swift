internal import Encoders
internal import Files

/// `MODEL_CARD.md`: what a bundle is, written from its own facts and measured numbers only.
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
        | Mode | \(manifest.mode.rawValue) |
        | Input | RGB, bicubic to \(manifest.preprocessing.width) x \
        \(manifest.preprocessing.height) pixels without keeping the aspect |
        | Mean, standard deviation | \(manifest.preprocessing.mean), \
        \(manifest.preprocessing.deviation) |
        | Logit scale | \(manifest.logitScale) |
        | Text template | \(cell(manifest.template)) |

        ## Classes

        | Class id | Label | Text |
        |---|---|---|
        \(manifest.labels.map { "| \($0.id) | \(cell($0.name)) | \(cell($0.text)) |" }
            .joined(separator: "\n"))

        ## Measured

        \(measured)

        ## Limits

        The numbers hold for images like those they were measured on. Other scanners, sites and
        populations need an evaluation of their own before any use.

        """
    }

    /// A text inside a table: a bar would end its cell.
    private func cell(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }

    private var measured: String {
        guard let metrics else { return "No metrics were given when this bundle was packaged." }
        func line(_ name: String, _ value: JSON?) -> String {
            let text = value?.number.map { "\((($0 * 10000).rounded()) / 10000)" } ?? "undefined"
            return "| \(name) | \(text) |"
        }
        let rows = [
            line("Images", metrics["count"]), line("Accuracy", metrics["accuracy"]),
            line("Macro F1", metrics["macro"]?["f1"]), line("Micro F1", metrics["micro"]?["f1"]),
            line("MCC", metrics["mcc"]), line("mAUC", metrics["mauc"]),
        ]
        return (["| Metric | Value |", "|---|---|"] + rows).joined(separator: "\n")
    }
}
