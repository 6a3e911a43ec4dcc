import CambiumAdapters
import CambiumCorpus
import CambiumFiles
import CambiumPackaging
import Testing

@Suite struct OperatingPointTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    /// What an evaluation writes, as far as a bundle reads it.
    private func metrics(
        chosenOn: JSON = "validation", names: [String]? = nil, thresholds: [JSON] = [0.2, nil, 0.7]
    ) throws -> String {
        let classes = zip(names ?? shop.labels.texts, thresholds).map { name, threshold -> JSON in
            [
                "class_id": 0, "class_name": .string(name), "threshold": threshold, "support": 4,
                "sensitivity": 0.5, "specificity": nil, "precision": 1, "f1": 0.25,
                "chosen_on": ["f1": 0.5], "note": "few",
            ]
        }
        func entry(_ criterion: String) -> JSON {
            [
                "criterion": .string(criterion), "chosen_on": chosenOn, "chosen_on_rows": 9,
                "per_class": .array(classes),
            ]
        }
        let document: JSON = [
            "protocols": ["thresholds": [entry("f1")]],
            "operating_points": [entry("sensitivity=0.95"), entry("f1")],
        ]
        try FileSystem.write(document.document, to: "\(shop.path)/metrics.json")
        return "\(shop.path)/metrics.json"
    }

    private func options(_ file: String) -> BundleOptions {
        var options = BundleOptions()
        options.operatingPoints = file
        return options
    }

    @Test func `an evaluation's thresholds go along and decide`() throws {
        let path = try shop.bundle(options: options(metrics()))
        let bundle = try ModelBundle(path)
        let points = bundle.manifest.operatingPoints
        #expect(points.map(\.criterion) == ["f1", "sensitivity=0.95"])
        #expect(points[0].thresholds.map(\.value) == [0.2, nil, 0.7])
        #expect(points[0].thresholds.map(\.classID) == [1, 2, 3] && points[0].rows == 9)
        #expect(points[0].decides(0, 0.2) && !points[0].decides(0, 0.19))
        #expect(!points[0].decides(1, 1), "a class that could not be chosen is never present")
        #expect(try bundle.manifest.decision(named: nil) == nil, "the likeliest class decides")
        #expect(throws: PackagingError.self) { try bundle.manifest.decision(named: "youden") }
        let engine = try Engine(bundle)
        let image = try engine.prepare(shop.bytes("exact.png"))
        #expect(try engine.predict([image])[0].allSatisfy { $0.isPresent == nil })
        let point = try bundle.manifest.decision(named: "f1")
        for prediction in try engine.predict([image], deciding: point)[0] {
            let threshold = [1: 0.2, 3: 0.7][prediction.label.id]
            #expect(prediction.isPresent == threshold.map { prediction.score >= $0 } ?? false)
        }
        let card = try FileSystem.readText("\(path)/MODEL_CARD.md")
        #expect(card.contains("### f1, chosen on 9 validation rows"))
        #expect(card.contains("| mri \\| brain | never | 0.5 | undefined | few |"))
    }

    @Test func `thresholds that cannot be trusted or are of other classes are refused`() throws {
        for file in [
            try metrics(chosenOn: "test"), try metrics(names: ["a", "b", "c"]),
        ] {
            #expect(throws: PackagingError.self) { try shop.bundle(options: options(file)) }
        }
        try FileSystem.write("{}\n", to: "\(shop.path)/metrics.json")
        #expect {
            try shop.bundle(options: options("\(shop.path)/metrics.json"))
        } throws: {
            "\($0)".contains("holds no thresholds")
        }
    }

    @Test func `where images may have several classes each probability stands for itself`() throws {
        let adapter = try shop.adapter(task: .multiple)
        let bundle = try ModelBundle(shop.bundle(adapter: adapter, to: "several"))
        #expect(bundle.manifest.task == .multiple)
        let engine = try Engine(bundle)
        let images = try shop.images.map { try engine.prepare(shop.bytes($0)) }
        let output = try engine.run(images)
        #expect(output.rows == 4 && output.probabilities.count == 12)
        #expect(
            try output.probabilities
                == AdapterFolder(adapter).head.probabilities(output.embeddings))
        #expect(abs(output.probabilities(0).reduce(0, +) - 1) > 1e-3)
        let half = try bundle.manifest.decision(named: nil)
        #expect(half?.thresholds.map(\.value) == [0.5, 0.5, 0.5])
        for prediction in engine.predictions(output, deciding: half)[2] {
            #expect(prediction.isPresent == (prediction.score >= 0.5))
        }
    }

    @Test func `a zero-shot bundle may have several classes an image as well`() throws {
        var options = BundleOptions()
        options.isMultiLabel = true
        let several = try Engine(ModelBundle(shop.bundle(options: options, to: "several")))
        let single = try Engine(ModelBundle(shop.bundle(to: "single")))
        let image = try several.prepare(shop.bytes("photo.jpg"))
        let odds = try several.run([image]).probabilities.map { $0 / (1 - $0) }
        let shares = try single.run([image]).probabilities
        let total = odds.reduce(0, +)
        for (odd, share) in zip(odds, shares) { #expect(abs(odd / total - share) < 1e-9) }
        let adapter = try shop.adapter()
        #expect(throws: PackagingError.self) {
            try shop.bundle(adapter: adapter, options: options, to: "both")
        }
    }
}
