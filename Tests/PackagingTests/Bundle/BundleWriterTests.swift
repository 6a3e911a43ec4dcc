import CambiumAdapters
import CambiumCorpus
import CambiumEvaluation
import CambiumFiles
import CambiumPackaging
import Testing

@Suite struct BundleWriterTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    @Test func `a zero-shot bundle holds the contract's files and describes itself`() throws {
        let path = try shop.bundle(template: "a scan of {}.")
        let names = try FileSystem.names(in: path)
        #expect(
            names == [
                "MLmodel", "MODEL_CARD.md", "bundle.json", "code", "config.yaml", "golden",
                "labels.txt",
                "model.safetensors", "python_env.yaml", "requirements.txt", "tokenizer",
            ])
        let json = try JSON(file: "\(path)/bundle.json")
        #expect(json["mode"] == "zero-shot" && json["operating_points"] == [])
        #expect(
            json["labels"]?.array?.last
                == ["class_id": 3, "label": "Läsion", "text": "a scan of Läsion."])
        #expect(json["preprocessing"]?["height"] == 96)
        #expect(
            try FileSystem.readText("\(path)/labels.txt") == "x-ray chest\nmri | brain\nLäsion\n")
        let listed = try #require(json["files"]?.object)
        #expect(try Set(listed.keys) == Set(shop.files(in: path)).subtracting(["bundle.json"]))
        for (name, entry) in listed {
            #expect(try entry["sha256"]?.string == Digest.sha256(file: "\(path)/\(name)"))
            #expect(try entry["size"]?.integer == FileSystem.size("\(path)/\(name)"))
        }
    }

    @Test func `an adapter's description and weights go along, and its class numbers count`() throws
    {
        let labels = shop.labels.texts.enumerated().map { ($0, $1) }
        let path = try shop.bundle(adapter: shop.adapter(labels: labels))
        let bundle = try ModelBundle(path)
        #expect(bundle.manifest.mode == .adapter && bundle.manifest.labels.map(\.id) == [0, 1, 2])
        #expect(bundle.adapter?.head.configuration.hidden == 8)
        #expect(FileSystem.kind("\(path)/adapter.safetensors") == .file)
    }

    @Test func `the same inputs give the same bytes, under a name with a slash too`() throws {
        let adapter = try shop.adapter()
        let first = try shop.bundle(adapter: adapter, to: "first")
        try shop.bundle(adapter: adapter, to: "deep/second/")
        for name in try shop.files(in: first) {
            #expect(
                try FileSystem.read("\(first)/\(name)")
                    == FileSystem.read("\(shop.path)/deep/second/\(name)"), "\(name)")
        }
    }

    @Test func `the model card shows measured numbers and escapes what would break its tables`()
        throws
    {
        let metrics = "\(shop.path)/metrics.json"
        var measured = try measured()
        measured["accuracy"] = 0.81239
        measured["mauc"] = .null
        try FileSystem.write(JSON.object(measured).document, to: metrics)
        var options = BundleOptions()
        options.metrics = metrics
        let path = try shop.bundle(options: options)
        let card = try FileSystem.readText("\(path)/MODEL_CARD.md")
        #expect(card.contains("| Accuracy | 0.8124 | – |") && card.contains("| mAUC | undefined |"))
        #expect(card.contains("| 2 | mri \\| brain | mri \\| brain |"))
        #expect(try JSON(file: "\(path)/metrics.json") == JSON(file: metrics))
        #expect(
            try FileSystem.readText("\(shop.bundle(to: "bare"))/MODEL_CARD.md")
                .contains("No metrics were given"))
    }

    /// What an evaluation of the bundle's classes found.
    private func measured() throws -> [String: JSON] {
        let labels = shop.labels.texts.enumerated().map { ClassLabel(id: $0 + 1, name: $1) }
        let count = labels.count
        let scores = (0..<3 * count * count).map { Double(($0 * 7) % 11) / 11 }
        let evaluation = try SingleLabelEvaluation(
            Predictions(
                classes: ClassList(labels), truth: (0..<3 * count).map { $0 % count },
                scores: scores))
        return try #require(evaluation.metrics.json.object)
    }

    @Test func `numbers that cannot be are not shown on a model card`() throws {
        let metrics = "\(shop.path)/metrics.json"
        var options = BundleOptions()
        options.metrics = metrics
        let changes: [(String, JSON)] = [
            ("accuracy", 7.5), ("mcc", -1.5), ("mauc", "high"), ("count", -3), ("macro", .null),
            ("calibration", ["brier": 3]),
        ]
        for (name, value) in changes {
            var members = try measured()
            members[name] = value
            try FileSystem.write(JSON.object(members).document, to: metrics)
            #expect {
                try shop.bundle(options: options)
            } throws: {
                "\($0)".hasPrefix("\(metrics), ") && "\($0)".contains(name)
            }
        }
        #expect(try FileSystem.names(in: shop.path) == ["metrics.json"])
    }

    @Test func `nothing is overwritten`() throws {
        let path = try shop.bundle()
        let before = try FileSystem.read("\(path)/bundle.json")
        #expect(throws: PackagingError.occupied(path: path)) { try shop.bundle() }
        #expect(try FileSystem.read("\(path)/bundle.json") == before)
        let link = "\(shop.path)/link"
        try FileSystem.link(link, to: "nowhere")
        #expect(throws: PackagingError.occupied(path: link)) { try shop.bundle(to: "link") }
    }

    @Test func `parts that do not belong together are refused and leave nothing behind`() throws {
        let wide = try shop.adapter(input: 25, name: "wide")
        #expect(throws: AdapterError.self) { try shop.bundle(adapter: wide) }
        let other = try shop.adapter(labels: [(1, "a"), (2, "b"), (3, "c")], name: "other")
        #expect(throws: PackagingError.self) { try shop.bundle(adapter: other) }
        let long = try shop.adapter(normalized: false, name: "long")
        #expect {
            try shop.bundle(adapter: long)
        } throws: {
            "\($0)".contains("not normalised")
        }
        #expect(throws: PackagingError.self) { try shop.bundle(template: "no place") }
        var options = BundleOptions()
        options.metrics = "\(shop.path)/absent.json"
        #expect(throws: FileError.self) { try shop.bundle(options: options) }
        #expect(try FileSystem.names(in: shop.path) == ["long", "other", "wide"])
    }
}
