import CambiumCorpus
import CambiumFiles
import CambiumImaging
import Testing

@Suite struct DataSetInputTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    func place(_ name: String) -> String { "\(scratch.path)/\(name)" }

    /// A data set of three classes with a few pictures each.
    func make(_ name: String, shift: Int = 0, _ change: (inout PrepareOptions) -> Void = { _ in })
        throws
    {
        for (number, label) in ["heart", "lung", "liver"].enumerated() {
            for image in 0..<(6 + number) {
                let picture = picture(image + shift + 20 * number, width: 30)
                try scratch.write(
                    PNGEncoder.encode(picture), to: "\(name)-in/\(label)/p\(image / 2)_\(image)")
            }
        }
        var options = PrepareOptions(folder: place("\(name)-in"), out: place(name))
        options.size = 24
        change(&options)
        _ = try Preparation(options).run()
    }

    @discardableResult
    func again(
        _ inputs: [String], out: String, _ change: (inout PrepareOptions) throws -> Void = { _ in }
    ) throws -> PrepareSummary {
        var options = PrepareOptions(inputs: inputs.map(place), out: place(out))
        try change(&options)
        return try Preparation(options).run()
    }

    func same(_ first: String, _ second: String) throws -> [String] {
        let names = try FileSystem.names(in: place(first))
        return try names.filter {
            try Digest.sha256(file: place("\(first)/\($0)"))
                == (try? Digest.sha256(file: place("\(second)/\($0)")))
        }
    }

    static let tables = SplitName.allCases.flatMap { name in
        ["images", "text"].map { "\(name.rawValue)_\($0).tsv" }
    }

    @Test func `splits, rows and stored bytes stay unless something is asked for`() throws {
        try make("data") { $0.quality = 80 }
        try again(["data"], out: "kept")
        #expect(try Set(same("data", "kept")).isSuperset(of: Self.tables + ["unique_texts.txt"]))
        try again(["data"], out: "kept2") {
            ($0.split, $0.size, $0.quality) = (.keep, 24, 80)
        }
        #expect(try Set(same("data", "kept2")).isSuperset(of: Self.tables))
        let manifest = try JSON(file: place("kept/dataset.json"))
        #expect(manifest["input"] == "data-set" && manifest["split"]?["rule"] == "given")
        #expect(manifest["image"]?["quality"] == 80 && manifest["image"]?["width"] == 24)
    }

    @Test func `dividing again with the same seed gives what dividing the images gave`() throws {
        try make("data")
        let rule = try SplitRule(parsing: "0.6,0.2,0.2")
        try again(["data"], out: "same") { $0.split = rule }
        #expect(try Set(same("data", "same")).isSuperset(of: Self.tables))
        let summary = try again(["data"], out: "other") {
            $0.split = try SplitRule(parsing: "0.8,0.1,0.1")
        }
        #expect(summary.images.map(\.count) == [16, 2, 3])
    }

    @Test func `another size or quality encodes again`() throws {
        try make("data")
        try again(["data"], out: "small") { $0.size = 12 }
        let image = try ImageDecoder.decode(
            DataSetFolder(place("small")).split(.train).bytes(0)
        ).image
        #expect(image.width == 12 && image.height == 12)
        let old = try ImageDecoder.decode(DataSetFolder(place("data")).split(.train).bytes(0)).image
        try again(["data"], out: "coarse") { $0.quality = 30 }
        let coarse = try DataSetFolder(place("coarse")).split(.train).bytes(0)
        #expect(try coarse == JPEGEncoder.encode(old, quality: 30))
        let manifest = try JSON(file: place("coarse/dataset.json"))
        #expect(manifest["image"]?["quality"] == 30)
    }

    @Test func `several are merged, keys that clash get the name of their set`() throws {
        try make("north")
        try make("south", shift: 7)
        let summary = try again(["north", "south"], out: "both")
        #expect(summary.images.reduce(0) { $0 + $1.count } == 42 && summary.classes == 3)
        let set = try DataSetFolder(place("both"))
        let keys = try set.splits.flatMap { name in
            let split = try set.split(name)
            return (0..<split.count).map { split.key($0) }
        }
        #expect(Set(keys).count == 42)
        #expect(keys.count { $0.hasPrefix("south/") } == 21 && keys.contains("heart/p0_0"))
        try make("large") { $0.size = 40 }
        let error = failure { try again(["north", "large"], out: "mixed") }
        #expect(error?.description.contains("images of 40 pixels") == true)
        #expect(error?.isArgument == true)
        #expect(try again(["north", "large"], out: "sized") { $0.size = 24 }.classes == 3)
    }

    @Test func `how files became pixels travels to the next data set`() throws {
        let reading = ImageReading(
            exifOrientation: true, intensity: .window(center: 40, width: 400))
        try make("data") { $0.reading = reading }
        try scratch.write(niftiVolume(6, 6, 6), to: "data-in/lung/v.nii")
        try FileSystem.remove(place("data"))
        try make("data") { ($0.reading, $0.volumes.slices) = (reading, .middle(2)) }
        try again(["data"], out: "again") { $0.split = try SplitRule(parsing: "0.5,0.25,0.25") }
        let set = try DataSetFolder(place("again"))
        #expect(set.reading == reading && !set.mixesReadings)
        let old = try JSON(file: place("data/dataset.json"))
        for key in ["intensity", "exif_orientation", "volumes", "libraries"] {
            #expect(set.manifest?[key] != nil && set.manifest?[key] == old[key], "\(key)")
        }
        let error = failure {
            try again(["data"], out: "other") { $0.reading.intensity = .full }
        }
        #expect(error?.isArgument == true)
        #expect(error?.description.contains("its images are grey levels already") == true)
        let cut = failure { try again(["data"], out: "other") { $0.volumes.plane = .coronal } }
        #expect(cut?.description.contains("leave --plane") == true)
    }

    @Test func `sets of different recipes leave none, and say so`() throws {
        try make("north") { $0.reading.exifOrientation = true }
        try make("south", shift: 7)
        let summary = try again(["north", "south"], out: "both")
        #expect(summary.notes.contains { $0.contains("by different intensity recipes") })
        let set = try DataSetFolder(place("both"))
        #expect(set.reading == nil && set.mixesReadings)
        #expect(set.manifest?["exif_orientation"] == nil)
        let recipes = set.manifest?["recipes"]?.array ?? []
        #expect(recipes.compactMap { $0["data_set"]?.string } == ["north", "south"])
        #expect(recipes.compactMap { $0["exif_orientation"]?.bool } == [true, false])
        try again(["both"], out: "later")
        #expect(try DataSetFolder(place("later")).mixesReadings)
        try make("west", shift: 11)
        try again(["south", "west"], out: "alike")
        #expect(try DataSetFolder(place("alike")).reading == ImageReading())
    }

    @Test func `classes are filtered, and a misspelt one is named`() throws {
        try make("data")
        let list = try scratch.write("lung\nheart\n", to: "keep.txt")
        let summary = try again(["data"], out: "two") { $0.keepClasses = list }
        #expect(summary.classes == 2 && summary.rejected == 8)
        #expect(try FileSystem.readText(place("two/unique_texts.txt")) == "heart\nlung\n")
        try scratch.write("lung\nhart\n", to: "keep.txt")
        let error = failure { try again(["data"], out: "none") { $0.keepClasses = list } }
        #expect(
            error?.description
                == "\(list):2: no image has this class; did you mean \"heart\"?")
        #expect(try again(["data"], out: "top") { $0.topClasses = 1 }.classes == 1)
    }

    @Test func `groups travel with the data set and stay whole`() throws {
        try make("data") { $0.groupBy = "prefix:_" }
        try again(["data"], out: "again") { $0.split = try SplitRule(parsing: "0.5,0.25,0.25") }
        let manifest = try JSON(file: place("again/dataset.json"))
        #expect(manifest["split"]?["rule"] == "grouped" && manifest["split"]?["groups"] == 4)
        try again(["data"], out: "free") {
            ($0.split, $0.groupBy) = (try SplitRule(parsing: "0.5,0.25,0.25"), "none")
        }
        #expect(try JSON(file: place("free/dataset.json"))["split"]?["rule"] == "stratified")
    }

    @Test func `a set that pandas wrote, with ids from 0, is read`() throws {
        let jpeg = base64(try JPEGEncoder.encode(picture(3, width: 16, height: 16), quality: 80))
        for name in SplitName.allCases {
            var (images, texts) = ("", "")
            for number in 0..<3 {
                let key = "Cecum/\(name) \"\"\(number)\"\".jpg-\(number).jpg"
                images += "\"\(key)\"\t\(jpeg)\r\n"
                texts +=
                    "\"\(key)\"\t\"{\"\"class_id\"\": \(number), \"\"class_name\"\": \"\"c\(number)\"\", "
                texts +=
                    "\"\"source\"\": \"\"gastro\"\", \"\"task\"\": \"\"classification\"\"}\"\r\n"
            }
            try scratch.write(images, to: "sample/\(name.rawValue)_images.tsv")
            try scratch.write(texts, to: "sample/\(name.rawValue)_text.tsv")
        }
        try scratch.write("c0\nc1\nc2\n", to: "sample/unique_texts.txt")
        try again(["sample"], out: "ours")
        let split = try DataSetFolder(place("ours")).split(.test)
        #expect(split.key(0) == "Cecum/test \"0\".jpg-0.jpg")
        #expect(split.label(0) == RowLabel(classID: 1, className: "c0", source: "gastro"))
        #expect(try base64(split.bytes(2)) == jpeg)
        let image = try JSON(file: place("ours/dataset.json"))["image"]
        #expect(image?["width"] == 16 && image?["quality"] == JSON.null)
    }

    @Test func `a broken image is left out, a broken table is refused`() throws {
        try make("data")
        let path = place("data/test_images.tsv")
        let rows = try FileSystem.readText(path).split(separator: "\n")
        let key = rows[0].prefix { $0 != "\t" }
        let broken = ["\(key)\tabc"] + rows.dropFirst().map(String.init)
        try scratch.write(broken.map { $0 + "\n" }.joined(), to: "data/test_images.tsv")
        #expect(try again(["data"], out: "less").rejected == 1)
        let rejected = try FileSystem.readText(place("less/rejected.tsv"))
        #expect(rejected.hasPrefix("\(key)\t3 characters of base64"))
        #expect(rejected.hasSuffix("(test_images.tsv:1)\n"))
        try scratch.write(rows.dropFirst().map { $0 + "\n" }.joined(), to: "data/test_images.tsv")
        let error = failure { try again(["data"], out: "none") }
        #expect(error?.description.contains("test_text.tsv:1: key \(key), but") == true)
    }
}
