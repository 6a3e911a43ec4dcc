internal import CambiumFiles

/// The short form of a recipe: images, a model, perhaps training, an adapter. It stands for the
/// stages from the data set to the bundle.
struct UsualLine {
    let stages: [StageDeclaration]

    private static let splits = ["train", "validation", "test"]

    init(_ settings: Settings) throws {
        guard let images = try settings.string("images") else {
            throw settings.invalid("images", "is missing: what cambium prepare is to read")
        }
        let model = try settings.string("model")
        let training = try settings.string("train")
        guard model != nil || training != nil else {
            throw settings.invalid("model", "is missing: name a model folder, or a recipe as train")
        }
        let head = try settings.string("adapter") ?? "mlp-conv"
        let template = try settings.string("template").map { ["--template", $0] } ?? []
        let title = try settings.string("title").map { ["--title", $0] } ?? []
        var stages: [StageDeclaration] = []
        func add(_ key: String, _ name: String, _ words: [String]) {
            stages.append(
                StageDeclaration(name, place: settings.invalid(key, "").place, words: words))
        }

        let kept = try settings.string("classes").map { ["--keep-classes", $0] } ?? []
        add("images", "prepare", ["prepare", images] + kept + ["--out", "data"])
        if let training {
            let start = model.map { ["--set", "MODEL=\($0)"] } ?? []
            add(
                "train", "train",
                ["train", training, "--set", "DATASET.ROOT=${prepare}"] + start
                    + ["--out", "training"])
        }
        let used = training == nil ? model ?? "" : "${train}/model"
        for split in Self.splits {
            add(
                "model", "embed-\(split)",
                ["embed", "--model", used, "--images", "${prepare}/\(split)_images.tsv", "--out"]
                    + ["embeddings/\(split).npy"])
        }
        let labels = "${prepare}/unique_texts.txt"
        let tables = ["--train", "${embed-train}", "--test", "${embed-test}", "--classes", labels]
        for method in ["majority", "knn"] {
            add("images", method, ["evaluate", method] + tables + ["--out", "results/\(method)"])
        }
        add(
            "model", "zero-shot",
            ["evaluate", "zero-shot", "--model", used, "--labels", labels] + template
                + ["--test", "${embed-test}", "--out", "results/zero-shot"])
        let hasHead = head != "none"
        if hasHead {
            add(
                "adapter", "adapt",
                ["adapt", "--head", head, "--train", "${embed-train}", "--validation"]
                    + ["${embed-validation}", "--classes", labels, "--out", "adapter"])
            add(
                "adapter", "adapter",
                ["evaluate", "adapter", "--adapter", "${adapt}", "--test", "${embed-test}"]
                    + ["--out", "results/adapter"])
        }
        // What training is worth is seen beside the encoder that it began with, and beside none.
        for split in Self.splits where split != "validation" {
            let images = ["--images", "${prepare}/\(split)_images.tsv", "--out"]
            add(
                "images", "embed-pixels-\(split)",
                ["embed", "--model", "raw-pixels:32"] + images + ["embeddings/pixels-\(split).npy"])
            guard training != nil else { continue }
            add(
                "train", "embed-start-\(split)",
                ["embed", "--model", "${train}/model", "--start"] + images
                    + ["embeddings/start-\(split).npy"])
        }
        for (name, options) in [("pixels", ["--center"]), ("start", [])] {
            guard name == "pixels" || training != nil else { continue }
            add(
                "images", name,
                ["evaluate", "knn", "--train", "${embed-\(name)-train}", "--test"]
                    + ["${embed-\(name)-test}", "--classes", labels] + options
                    + ["--out", "results/\(name)"])
        }
        let start = training == nil ? [] : ["KNN, before training=${start}"]
        let results =
            ["Majority class=${majority}", "KNN, raw pixels=${pixels}"] + start
            + ["KNN=${knn}", "Zero-shot=${zero-shot}"] + (hasHead ? ["Adapter=${adapter}"] : [])
        add(
            "images", "report",
            ["report"] + results + ["--paired"] + title + ["--embeddings", "train=${embed-train}"]
                + ["test=${embed-test}", "--images", "${prepare}/train_images.tsv"]
                + ["${prepare}/test_images.tsv", "--out", "report.html"])
        let measured = hasHead ? "${adapter}" : "${zero-shot}"
        add(
            "model", "package",
            ["package", "--model", used, "--labels", labels] + template
                + (hasHead ? ["--adapter", "${adapt}"] : [])
                + ["--data", "${prepare}", "--metrics", "\(measured)/metrics.json"]
                + ["--out", "bundle"])
        add("model", "verify", ["verify", "${package}"])
        self.stages = try Self.extended(stages, by: settings)
    }

    /// More words for some stages, under `options`.
    private static func extended(
        _ stages: [StageDeclaration], by settings: Settings
    ) throws -> [StageDeclaration] {
        guard let options = try settings.settings("options") else { return stages }
        return try stages.map { stage in
            guard let text = try options.string(stage.name) else { return stage }
            var stage = stage
            stage.words += try StageDeclaration.words(text) { options.invalid(stage.name, $0) }
            return stage
        }
    }
}
