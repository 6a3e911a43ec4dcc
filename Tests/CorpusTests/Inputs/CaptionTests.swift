import CambiumCorpus
import CambiumFiles
import CambiumImaging
import Testing

@Suite struct CaptionTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    func prepare(_ change: (inout PrepareOptions) -> Void = { _ in }) throws -> PrepareSummary {
        var options = PrepareOptions(folder: "\(scratch.path)/in", out: "\(scratch.path)/out")
        options.size = 16
        change(&options)
        return try Preparation(options).run()
    }

    @Test func `the text beside an image is its caption`() throws {
        for number in 0..<20 {
            try scratch.write(PNGEncoder.encode(picture(number)), to: "in/site/\(number).png")
            try scratch.write(
                "\u{FEFF}an x-ray,\r\nnumber \(number)\n", to: "in/site/\(number).txt")
        }
        let png = try PNGEncoder.encode(picture(1))
        for name in ["bare", "blank", "latin"] { try scratch.write(png, to: "in/\(name).png") }
        try scratch.write(" \n", to: "in/blank.txt")
        try scratch.write([0x67, 0xE9], to: "in/latin.txt")
        try scratch.write("notes", to: "in/readme.txt")
        let summary = try prepare()
        // Texts that differ from image to image cannot be shared out, images can.
        #expect(summary.images.map(\.count) == [12, 4, 4] && summary.classes == 20)
        let rejected = try FileSystem.readText("\(scratch.path)/out/rejected.tsv")
        #expect(
            rejected.split(separator: "\n").map { $0.split(separator: "\t")[0] }
                == ["bare.png", "blank.png", "latin.png", "readme.txt"])
        let set = try DataSetFolder("\(scratch.path)/out")
        #expect(set.manifest?["texts"] == "captions")
        let train = try set.split(.train)
        let number = train.key(0).dropFirst(5).dropLast(4)
        #expect(train.label(0)?.className == "an x-ray,  number \(number)")
        #expect(train.label(0)?.task == "classification")
        let id = try #require(train.label(0)?.classID)
        #expect(set.labels?.text(of: id) == train.label(0)?.className)
    }

    @Test func `class folders with a stray text stay class folders`() throws {
        for number in 0..<9 {
            try scratch.write(PNGEncoder.encode(picture(number)), to: "in/c/\(number).png")
        }
        try scratch.write("about 1", to: "in/c/1.txt")
        #expect(try prepare().classes == 1)
        let captions = try prepare {
            $0.inputKind = .captions
            $0.out += "2"
        }
        #expect(captions.rejected == 8)
    }

    @Test func `a caption that cannot be used stops a preparation that shall fail`() throws {
        for number in 0..<9 {
            try scratch.write(PNGEncoder.encode(picture(number)), to: "in/\(number).png")
            try scratch.write(number == 5 ? " \n" : "image \(number)", to: "in/\(number).txt")
        }
        let error = failure { _ = try prepare { $0.onError = .fail } }
        #expect("\(try #require(error))".contains("5.png: the caption 5.txt is empty"))
        #expect(try prepare().rejected == 1)
    }
}
