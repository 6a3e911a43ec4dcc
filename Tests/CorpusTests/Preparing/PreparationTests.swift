import CambiumCorpus
import CambiumFiles
import CambiumImaging
import Testing

@Suite struct PreparationTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Class folders with `count` pictures each, made in an order of their own.
    func fill(_ folder: String = "in", backwards: Bool = false) throws {
        let classes = [("Normal_stomach", 10), ("Cecum", 8), ("Größe 肺", 6)]
        for (name, count) in backwards ? classes.reversed() : classes {
            for index in backwards ? (0..<count).reversed() : Array(0..<count) {
                let image = picture(index + count * 100, width: 20 + index, height: 30 - index)
                let bytes =
                    index % 2 == 0 ? try PNGEncoder.encode(image) : try JPEGEncoder.encode(image)
                try scratch.write(bytes, to: "\(folder)/\(name)/image \(index)")
            }
        }
    }

    func options(_ folder: String = "in", out: String = "out") -> PrepareOptions {
        var options = PrepareOptions(
            folder: "\(scratch.path)/\(folder)", out: "\(scratch.path)/\(out)")
        options.size = 24
        // Some of the pictures are alike, which is not what these tests are about.
        options.duplicates = .report
        return options
    }

    func text(_ name: String, in out: String = "out") throws -> String {
        try FileSystem.readText("\(scratch.path)/\(out)/\(name)")
    }

    @Test func `a folder becomes a data set that reads back`() throws {
        try fill()
        let summary = try Preparation(options()).run()
        #expect(summary.classes == 3 && summary.rejected == 0 && summary.notes == [])
        #expect(summary.images.map(\.count) == [14, 5, 5])
        #expect(try text("unique_texts.txt") == "Cecum\nGröße 肺\nNormal stomach\n")
        #expect(try text("rejected.tsv") == "")
        let set = try DataSetFolder("\(scratch.path)/out")
        var keys: Set<String> = []
        for name in SplitName.allCases {
            let split = try set.split(name)
            for row in 0..<split.count {
                keys.insert(split.key(row))
                let image = try ImageDecoder.decode(split.bytes(row))
                #expect(
                    image.format == .jpeg && image.image.width == 24 && image.image.height == 24)
                let folder = String(split.key(row).prefix { $0 != "/" })
                #expect(split.label(row)?.className == folder.replacing("_", with: " "))
            }
        }
        #expect(keys.count == 24 && keys.contains("Normal_stomach/image 9"))
        let row = try text("train_text.tsv").split(separator: "\n")[0].split(separator: "\t")[1]
        #expect(row.hasPrefix("{\"class_id\": ") && row.hasSuffix("\"task\": \"classification\"}"))
    }

    @Test func `the same bytes for any number of workers and any order of the folder`() throws {
        try fill()
        try fill("again", backwards: true)
        var one = options()
        one.workers = 1
        _ = try Preparation(one).run()
        var four = options("again", out: "out4")
        four.workers = 4
        _ = try Preparation(four).run()
        let names = try FileSystem.names(in: "\(scratch.path)/out")
        #expect(try FileSystem.names(in: "\(scratch.path)/out4") == names && names.count == 15)
        for name in names {
            let digests = try ["out", "out4"].map {
                try Digest.sha256(file: "\(scratch.path)/\($0)/\(name)")
            }
            #expect(digests[0] == digests[1], "\(name)")
        }
        var other = options(out: "out7")
        other.seed = 7
        _ = try Preparation(other).run()
        #expect(try text("train_text.tsv") != text("train_text.tsv", in: "out7"))
    }

    @Test func `dataset json describes every file and every class`() throws {
        try fill()
        _ = try Preparation(options()).run()
        let manifest = try JSON(file: "\(scratch.path)/out/dataset.json")
        for name in try FileSystem.names(in: "\(scratch.path)/out") where name != "dataset.json" {
            let file = manifest["files"]?[name]
            #expect(
                try file?["sha256"]?.string == Digest.sha256(file: "\(scratch.path)/out/\(name)"))
            #expect(try file?["bytes"]?.integer == FileSystem.size("\(scratch.path)/out/\(name)"))
        }
        let classes = try #require(manifest["classes"]?.array)
        #expect(classes[2]["class_id"] == 3 && classes[2]["class_name"] == "Normal stomach")
        #expect(
            classes[2]["counts"] == ["train": 6, "validation": 2, "test": 2, "total": 10])
        #expect(manifest["counts"] == ["train": 14, "validation": 5, "test": 5, "total": 24])
        #expect(manifest["split"]?["rule"] == "stratified" && manifest["split"]?["seed"] == 42)
        #expect(manifest["image"]?["width"] == 24 && manifest["image"]?["quality"] == 95)
    }

    @Test func `what is not used is listed with the reason`() throws {
        try fill()
        let png = try PNGEncoder.encode(picture(1))
        try scratch.write("just a text", to: "in/Cecum/a.png")
        try scratch.write(Array(png.dropLast(30)), to: "in/Cecum/b.png")
        try scratch.write([UInt8](), to: "in/Cecum/c.png")
        try scratch.write(png, to: "in/top.png")
        try scratch.write(png, to: "in/.cache/x.png")
        try scratch.write(png, to: "in/Cecum/.DS_Store")
        let summary = try Preparation(options()).run()
        let rows = try text("rejected.tsv").split(separator: "\n")
        let prefixes = [
            ".cache\thidden", "Cecum/.DS_Store\thidden",
            "Cecum/a.png\tnot a JPEG, PNG or DICOM image",
            "Cecum/b.png\ttruncated PNG", "Cecum/c.png\tthe file is empty",
            "top.png\tnot in a class folder",
        ]
        #expect(rows.count == prefixes.count && summary.rejected == prefixes.count)
        for (row, prefix) in zip(rows, prefixes) { #expect(row.hasPrefix(prefix), "\(row)") }
        var strict = options(out: "strict")
        strict.onError = .fail
        let error = failure { _ = try Preparation(strict).run() }
        #expect(error?.description.hasPrefix("Cecum/a.png: not a JPEG, PNG or DICOM image") == true)
        #expect(try FileSystem.names(in: scratch.path) == ["in", "out"])
    }

    @Test func `keys keep letters and encode what would break a row`() throws {
        let png = try PNGEncoder.encode(picture(1))
        for name in ["a\tb", "50%", "肺 \u{85}x", "line\nbreak", "q\"uote"] {
            try scratch.write(png, to: "in/50% stenosis/\(name)")
        }
        _ = try Preparation(options()).run()
        let names = SplitName.allCases.compactMap { try? text("\($0.rawValue)_text.tsv") }
        let keys = names.joined().split(separator: "\n").map { $0.prefix { $0 != "\t" } }
        let expected = ["50%25", "a%09b", "line%0Abreak", "q\"uote", "肺 %C2%85x"]
        #expect(keys.sorted() == expected.map { "50%25 stenosis/\($0)" })
        #expect(try text("unique_texts.txt") == "50% stenosis\n")
        #expect(try DataSetFolder("\(scratch.path)/out").split(.train).count == 3)
    }

    @Test func `a key that another image has is refused`() throws {
        let png = try PNGEncoder.encode(picture(1))
        for site in ["north", "south"] { try scratch.write(png, to: "in/\(site)/Cecum/1.png") }
        try scratch.write(png, to: "in/south/Cecum/2.png")
        #expect(try Preparation(options()).run().rejected == 1)
        let reason = "duplicate key: Cecum/1.png is north/Cecum/1.png already"
        #expect(try text("rejected.tsv") == "south/Cecum/1.png\t\(reason)\n")
    }

    @Test func `frequent classes are kept and the others listed`() throws {
        try fill()
        var options = options()
        options.topClasses = 2
        options.firstClassID = 0
        #expect(try Preparation(options).run().rejected == 6)
        #expect(try text("unique_texts.txt") == "Cecum\nNormal stomach\n")
        #expect(try text("rejected.tsv").contains("\"Größe 肺\" is not among the 2 most frequent"))
        let set = try DataSetFolder("\(scratch.path)/out")
        #expect(set.labels?.firstClassID == 0)
        #expect(
            try set.split(.train).texts.distinctLabels.compactMap(\.classID).sorted() == [0, 1])
        var few = self.options(out: "few")
        few.minPerClass = 9
        _ = try Preparation(few).run()
        #expect(try text("unique_texts.txt", in: "few") == "Normal stomach\n")
        few.minPerClass = 90
        few.out += "2"
        let error = failure { _ = try Preparation(few).run() }
        #expect(error?.description.contains("no class is left: class") == true)
    }

    @Test func `shards read as one table`() throws {
        try fill()
        _ = try Preparation(options()).run()
        var options = options(out: "sharded")
        options.shards = 3
        _ = try Preparation(options).run()
        let whole = try DataSetFolder("\(scratch.path)/out").split(.train)
        let parts = try DataSetFolder("\(scratch.path)/sharded").split(.train)
        #expect(parts.count == whole.count)
        for row in 0..<whole.count {
            #expect(parts.key(row) == whole.key(row))
            #expect(try parts.bytes(row) == whole.bytes(row))
        }
        let names = try FileSystem.names(in: "\(scratch.path)/sharded")
        #expect(names.contains("train_images-00002-of-00003.tsv"))
    }

    @Test(arguments: ["prefix:-", "/(p[0-9]+)-"])
    func `a patient stays in one split`(rule: String) throws {
        let png = try PNGEncoder.encode(picture(1))
        for patient in 0..<20 {
            for image in 0..<(patient % 4 + 1) {
                try scratch.write(png, to: "in/c\(image % 2)/p\(patient)-\(image).png")
            }
        }
        var options = options()
        options.groupBy = rule
        _ = try Preparation(options).run()
        var splitOf: [String: SplitName] = [:]
        let set = try DataSetFolder("\(scratch.path)/out")
        for name in SplitName.allCases {
            let split = try set.split(name)
            for row in 0..<split.count {
                let key = split.key(row)
                let patient = String(key.dropFirst(3).prefix { $0 != "-" })
                #expect(splitOf.updateValue(name, forKey: patient) ?? name == name)
            }
        }
        #expect(splitOf.count == 20)
        #expect(set.manifest?["split"]?["rule"] == "grouped")
        #expect(set.manifest?["split"]?["groups"] == 20)
        #expect((set.manifest?["split"]?["largest_deviation"]?.number ?? 1) < 0.1)
    }

    @Test func `the folder around the class folder can be the group`() throws {
        let png = try PNGEncoder.encode(picture(1))
        for patient in 0..<10 { try scratch.write(png, to: "in/p\(patient)/c/\(patient).png") }
        try scratch.write(png, to: "bad/c/1.png")
        var options = options()
        options.groupBy = "folder"
        _ = try Preparation(options).run()
        #expect(try DataSetFolder("\(scratch.path)/out").manifest?["split"]?["groups"] == 10)
        var bad = self.options("bad", out: "bad-out")
        bad.groupBy = "folder"
        let error = failure { _ = try Preparation(bad).run() }
        #expect(error?.description.hasPrefix("c/1.png: no group by the rule folder") == true)
        bad.groupBy = "(("
        #expect(failure { _ = try Preparation(bad) }?.isArgument == true)
    }

    @Test func `tiny classes are placed and noted`() throws {
        try fill()
        try scratch.write(PNGEncoder.encode(picture(1)), to: "in/single/1.png")
        let summary = try Preparation(options()).run()
        #expect(
            summary.notes == [
                "class \"single\" (1 image) has none in validation",
                "class \"single\" (1 image) has none in test",
            ])
    }

    @Test func `a split without images is said once`() throws {
        for (number, label) in ["x", "y", "z"].enumerated() {
            try scratch.write(PNGEncoder.encode(texture(number)), to: "in/\(label)/1.png")
        }
        let notes = try Preparation(options()).run().notes
        #expect(notes.contains { $0.hasPrefix("validation is empty") }, "\(notes)")
        #expect(!notes.contains { $0.contains("has none in validation") })
    }

    @Test func `folders that hold nothing usable say so and leave nothing`() throws {
        try FileSystem.makeFolder("\(scratch.path)/empty")
        try scratch.write("text", to: "texts/c/readme.txt")
        let cases = [
            ("missing", "no such folder", true), ("empty", "an empty folder", false),
            ("texts", "no usable image among 1 file; the first is c/readme.txt: not a JPEG", false),
            ("texts/c/readme.txt", "not a folder", true),
        ]
        for (folder, message, isArgument) in cases {
            let error = failure { _ = try Preparation(options(folder)).run() }
            #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
            #expect(error?.isArgument == isArgument)
        }
        #expect(try FileSystem.names(in: scratch.path) == ["empty", "texts"])
    }

    @Test func `nothing is overwritten`() throws {
        try fill()
        try scratch.write("mine", to: "out/file")
        let error = failure { _ = try Preparation(options()) }
        #expect(error?.description.contains("exists already") == true && error?.isArgument == true)
        #expect(try text("file") == "mine")
        for inside in ["in/out", "in/../in/Cecum/deep/out"] {
            let error = failure { _ = try Preparation(options(out: inside)) }
            #expect(error?.description.contains("which is read") == true)
        }
    }

    static let senseless: [@Sendable (inout PrepareOptions) -> Void] = [
        { $0.size = 0 }, { $0.quality = 101 }, { $0.firstClassID = 2 }, { $0.shards = 0 },
        { $0.workers = 0 }, { $0.topClasses = 0 }, { $0.configuration = "nowhere" },
    ]

    @Test(arguments: senseless.indices)
    func `options that make no sense are refused`(index: Int) {
        var options = options()
        Self.senseless[index](&options)
        #expect(failure { _ = try Preparation(options) }?.isArgument == true)
    }
}
