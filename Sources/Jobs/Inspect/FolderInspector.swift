internal import CambiumCorpus
internal import CambiumEncoders
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumPackaging
internal import CambiumTorch
internal import Foundation

/// Tells what a folder is from the files that only its kind has.
struct FolderInspector {
    let path: String

    init(_ path: String) { self.path = path }

    func inspect() throws -> Inspection {
        if has("bundle.json") { return try bundle() }
        if has("lineage.json") { return try ResultInspector.line(path) }
        if has("adapter.safetensors"), has("config.json") {
            return try ResultInspector.adapter(path)
        }
        if has("comparison.json") { return try ResultInspector.comparison(path) }
        if has("checkpoints") || has("log.jsonl") { return try run() }
        if has("dataset.json") || hasTables() { return try dataSet() }
        if has("metrics.json") { return try evaluation() }
        if try holdsModel() { return try model() }
        return try pictures()
    }

    private func has(_ name: String) -> Bool { FileSystem.kind("\(path)/\(name)") != nil }

    private func hasTables() -> Bool {
        SplitName.allCases.contains { split in
            has("\(split.rawValue)_images.tsv")
                || ((try? FileSystem.names(in: path)) ?? []).contains {
                    $0.hasPrefix("\(split.rawValue)_images-") && $0.hasSuffix(".tsv")
                }
        }
    }

    /// A `config.yaml` here, or one folder below as in MedImageInsight's release.
    private func holdsModel() throws -> Bool {
        try has("config.yaml")
            || FileSystem.names(in: path).contains { has("\($0)/config.yaml") }
    }

    private func dataSet() throws -> Inspection {
        let folder = try DataSetFolder(path)
        var findings: [Finding] = []
        if let name = folder.manifest?["name"]?.string { findings.append(Finding("name", name)) }
        if let labels = folder.labels {
            findings.append(
                Finding(
                    "classes", "\(labels.count), ids from \(labels.firstClassID)",
                    .integer(labels.count)))
        }
        for name in folder.splits {
            let split = try folder.split(name)
            findings.append(
                Finding(
                    name.rawValue, Amount.counted(split.count, "image"), .integer(split.count)))
        }
        if let name = folder.splits.first {
            let split = try folder.split(name)
            if split.count > 0 {
                findings.append(
                    try TextInspector.firstImage(split.bytes(0), "\(path)/\(name.rawValue)"))
            }
        }
        return Inspection(path: path, kind: "data set", findings: findings)
    }

    private func model() throws -> Inspection {
        let folder = try ModelBundle.model(at: path)
        let (model, size) = (folder.configuration.model, folder.preprocessing)
        var findings = [
            Finding("image_size", "\(size.height)x\(size.width)"),
            Finding("image_widths", "\(model.image.widths)", list(model.image.widths)),
            Finding("image_depths", "\(model.image.depths)", list(model.image.depths)),
            Finding("embedding_width", count: model.projection),
        ]
        if let weights = folder.weightsPath {
            let dictionary = try StateDictionary(weights)
            findings.append(Finding("weights", "\(weights) (\(dictionary.container))"))
            findings.append(Finding("parameters", count: dictionary.elements))
        } else {
            findings.append(
                Finding("weights", "none: a description, something to train from scratch", .null))
        }
        return Inspection(path: path, kind: "model folder", findings: findings)
    }

    private func run() throws -> Inspection {
        var findings: [Finding] = []
        if has("last/state.json") {
            let state = try JSON(file: "\(path)/last/state.json")
            if let step = state["step"]?.integer { findings.append(Finding("step", count: step)) }
            if let best = state["best"]?.number {
                let step = state["best_step"]?.integer ?? 0
                findings.append(
                    Finding(
                        "best", String(format: "%.4f at step %d", best, step),
                        ["value": .number(best), "step": .integer(step)]))
            }
        }
        let checkpoints =
            has("checkpoints")
            ? try FileSystem.names(in: "\(path)/checkpoints").filter {
                $0.hasPrefix("step-") && !$0.contains(".partial-")
            } : []
        findings.append(
            Finding(
                "checkpoints", checkpoints.isEmpty ? "none" : checkpoints.joined(separator: ", "),
                .array(checkpoints.map(JSON.string))))
        findings.append(
            Finding(
                "model", has("model") ? "\(path)/model" : "none yet: the run has not ended",
                has("model") ? .string("\(path)/model") : .null))
        return Inspection(path: path, kind: "run", findings: findings)
    }

    private func evaluation() throws -> Inspection {
        let file = "\(path)/metrics.json"
        let metrics = try JSON(file: file)
        if metrics["task"] != "retrieval" { _ = try LabelledMetrics(json: metrics, place: file) }
        let values =
            [("count", metrics["count"])]
            + Metric.columns(.inspection).map { ($0.metric.key, $0.metric.member(of: metrics)) }
        return Inspection(
            path: path, kind: "evaluation",
            findings: values.map { Finding($0.0, $0.1?.line ?? "undefined", $0.1 ?? .null) })
    }

    private func bundle() throws -> Inspection {
        let file = "\(path)/bundle.json"
        let bundle = try JSON(file: file)
        guard let mode = bundle["mode"]?.string, let labels = bundle["labels"]?.array else {
            throw FileError.malformed(
                path: file, reason: "is no bundle's: it has no mode or no labels")
        }
        var findings = [Finding("mode", mode), Finding("classes", count: labels.count)]
        let files = try FileSystem.names(in: path)
        findings.append(
            Finding("files", files.joined(separator: ", "), .array(files.map(JSON.string))))
        return Inspection(path: path, kind: "bundle", findings: findings)
    }

    /// Class folders with pictures, or just a folder.
    private func pictures() throws -> Inspection {
        let names = try FileSystem.names(in: path).filter { !$0.hasPrefix(".") }
        let folders = names.filter { FileSystem.kind("\(path)/\($0)") == .folder }
        let images = try imageCount()
        let kind = images == 0 ? "folder" : folders.isEmpty ? "images" : "folders of images"
        return Inspection(
            path: path, kind: kind,
            findings: [
                Finding("images", count: images), Finding("folders", count: folders.count),
                Finding("entries", count: names.count),
            ])
    }

    private func imageCount() throws -> Int {
        do throws(CorpusError) { return try ImageFiles(folder: path).count } catch {
            // A folder without images is still a folder.
            if case .dataSet = error { return 0 }
            throw error
        }
    }

    private func list(_ values: [Int]) -> JSON { .array(values.map(JSON.integer)) }
}
