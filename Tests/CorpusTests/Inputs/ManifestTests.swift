import CambiumCorpus
import CambiumFiles
import CambiumImaging
import Testing

@Suite struct ManifestTests {
    typealias Listed = ManifestItems.Listed
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    func listing(_ text: String) throws -> (rows: [Listed], rejected: [String]) {
        try ManifestItems.listing(scratch.write(text, to: "study.csv"))
    }

    func prepare(_ change: (inout PrepareOptions) -> Void = { _ in }) throws -> PrepareSummary {
        var options = PrepareOptions(
            folder: "\(scratch.path)/study.csv", out: "\(scratch.path)/out")
        options.size = 16
        change(&options)
        return try Preparation(options).run()
    }

    func pictures(_ count: Int) throws {
        for number in 0..<count {
            try scratch.write(PNGEncoder.encode(picture(number)), to: "images/\(number).png")
        }
    }

    @Test func `a table is read by RFC 4180, and with what people save`() throws {
        let (rows, rejected) = try listing(
            "\u{FEFF}Path, LABEL ,note\r\n"
                + "a.png,\"nodule, left\",\"two\r\nlines\"\r\n\r\n"
                + "\"b \"\"2\"\".png\",clear,\n./c.png,  clear  ,x\r"
                + "größe.png,肺,\n\"\",x,y\nd.png,,\na.png,clear,\ne.png,clear\nf.png,\"last\",")
        #expect(
            rows == [
                Listed(key: "a.png", text: "nodule, left"),
                Listed(key: "b \"2\".png", text: "clear"),
                Listed(key: "c.png", text: "clear"), Listed(key: "größe.png", text: "肺"),
                Listed(key: "f.png", text: "last"),
            ])
        #expect(
            rejected == [
                "no path (study.csv:8)", "no label (study.csv:9)",
                "the same path as in line 2 (study.csv:10)",
                "2 columns, but the first line names 3 (study.csv:11)",
            ])
    }

    @Test(arguments: [
        "file\tclass\tpatient\tsplit\nx/1.png\ta\tP1\tval\nx/2.png\ta\t\ttraining\n",
        "split;patient_id;text;filename\nValid;P1;a;x/1.png\ntrain;;a;x/2.png\n",
        "group,image,caption,split\nP1,x/1.png,a,validation\n,x/2.png,a,TRAIN\n",
    ])
    func `columns are found by their names, whatever stands between`(text: String) throws {
        let expected = [
            Listed(key: "x/1.png", text: "a", group: "P1", split: .validation),
            Listed(key: "x/2.png", text: "a", split: .train),
        ]
        #expect(try listing(text).rows == expected)
    }

    @Test(arguments: [
        ("pth,label\na,b\n", "study.csv:1: no column for the images' paths (path, image, file"),
        ("pth,label\na,b\n", "found: pth, label; rename pth to path if that is it"),
        ("path,lable\na,b\n", "study.csv:1: no column for the labels or captions (label, class"),
        ("path,lable\na,b\n", "rename lable to label if that is it"),
        ("path,Path,label\na,b,c\n", "study.csv:1: two columns are called path; rename one"),
        ("\n\npath,label\n\na,b\n\"c,d\ne,f\n", "study.csv:6: the quote that opens column 1"),
        ("path,label\na,\"b\"c\n", "study.csv:2: text after the closing quote in column 2"),
        ("path,the label,label\na,x,b\u{0}\n", "study.csv:2: a zero byte in column 3"),
        ("path,the label,label\n\"a\u{0}\",x,b\n", "study.csv:2: a zero byte in column 1"),
        ("path,label\n", "a manifest without rows"), ("", "an empty manifest"),
        ("path,label" + String(repeating: ",", count: 5000), "more than 4096 columns"),
    ])
    func `a manifest that cannot be read names its line`(text: String, message: String) throws {
        let error = failure { _ = try listing(text) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
        #expect(error?.isArgument == false)
    }

    @Test func `what is neither table nor folder is an unusable argument`() throws {
        for bytes in [Array("hello\n".utf8), Array("{\"a\": 1}".utf8)] {
            let path = try scratch.write(bytes, to: "study.csv")
            #expect(failure { _ = try ManifestItems.listing(path) }?.isArgument == true)
        }
        let wide = try scratch.write([0xFF, 0xFE, 0x70, 0], to: "study.csv")
        let error = failure { _ = try ManifestItems.listing(wide) }
        #expect(error?.description.hasSuffix("UTF-16 text; save it as UTF-8") == true)
    }

    @Test func `a manifest becomes a data set, patients whole, and what fails is named`() throws {
        try pictures(40)
        var text = "path,label,patient,age\n"
        for number in 0..<40 { text += "images/\(number).png,c\(number % 2),P\(number / 5),50\n" }
        try scratch.write(text + "images/x.png,c1,P1,50\nstudy.csv,c1,P1,50\n", to: "study.csv")
        let summary = try prepare()
        #expect(summary.images.reduce(0) { $0 + $1.count } == 40 && summary.rejected == 2)
        #expect(summary.notes.count == 1 && summary.notes[0].hasPrefix("groups are kept whole: "))
        let rejected = try FileSystem.readText("\(scratch.path)/out/rejected.tsv")
        #expect(rejected.contains("images/x.png\tcannot be read: "))
        #expect(rejected.contains("no such file or folder; check the path (study.csv:42)\n"))
        #expect(rejected.contains("study.csv\tnot a JPEG, PNG or DICOM image"))
        let set = try DataSetFolder("\(scratch.path)/out")
        #expect(set.manifest?["name"] == "study" && set.manifest?["input"] == "manifest")
        #expect(set.manifest?["split"]?["rule"] == "grouped")
        #expect(set.manifest?["split"]?["deviations"]?.array?.count == 2)
        var patients: [String: SplitName] = [:]
        for name in set.splits {
            let split = try set.split(name)
            for row in 0..<split.count {
                let number = Int(split.key(row).dropFirst(7).dropLast(4)) ?? 0
                let earlier = patients.updateValue(name, forKey: "P\(number / 5)")
                #expect(earlier ?? name == name)
            }
        }
        #expect(patients.count == 8)
        let error = failure {
            _ = try prepare {
                $0.onError = .fail
                $0.out += "2"
            }
        }
        #expect(error?.description.hasPrefix("images/x.png: cannot be read") == true)
    }

    @Test func `splits and groups come from the columns that are named`() throws {
        try pictures(12)
        var text = "path,label,fold,site\n"
        for number in 0..<12 {
            text += "\(number).png,a,\(["train", "val", "test"][number % 3]),S\(number % 6)\n"
        }
        try scratch.write(text, to: "study.csv")
        let summary = try prepare {
            $0.root = "\(scratch.path)/images"
            $0.split = .column("fold")
            $0.groupBy = "column:site"
        }
        #expect(summary.images.map(\.count) == [4, 4, 4] && summary.notes == [])
        let keys = try FileSystem.readText("\(scratch.path)/out/validation_text.tsv")
            .split(separator: "\n").map { $0.prefix { $0 != "\t" } }
        #expect(keys == ["1.png", "4.png", "7.png", "10.png"])
        let missing = failure {
            _ = try prepare {
                $0.split = .column("flod"); $0.out += "2"
            }
        }
        #expect(
            missing?.description.contains("study.csv:1: no column for the splits (flod)") == true)
        #expect(missing?.description.contains("rename fold to flod") == true)
    }

    @Test func `given splits that divide a patient are kept and told`() throws {
        try pictures(6)
        var text = "path,label,patient,split\n"
        for number in 0..<6 {
            text += "images/\(number).png,a,P\(number / 4),\(number < 3 ? "train" : "test")\n"
        }
        try scratch.write(text, to: "study.csv")
        let summary = try prepare()
        #expect(summary.images.map(\.count) == [3, 3])
        #expect(
            summary.notes.first?.hasPrefix("1 group in more than one split (first: P0)") == true)
    }

    @Test func `a list decides every image's split`() throws {
        try pictures(4)
        try scratch.write(
            "path,label\nimages/0.png,a\nimages/1.png,b\nimages/2.png,a\nimages/3.png,gone\n",
            to: "study.csv")
        let list = try scratch.write(
            "key\tsplit\nimages/0.png\ttest\nimages/1.png\ttrain\nimages/2.png\tval\n"
                + "images/3.png\ttrain\n", to: "list.tsv")
        #expect(try prepare { $0.split = .list(list) }.images.map(\.count) == [2, 1, 1])
        for (text, message) in [
            ("images/0.png\ttest\n", "images/1.png: no split in \(list); add a line"),
            ("images/0.png\tx\n", "\(list):1: the split x is none of train"),
            ("a\ttest\na\ttest\n", "\(list):2: a stands in line 1 already"),
            ("images/0.png\n", "\(list):1: must be two columns"),
            (
                (0..<5).map { "images/\($0).png,train\n" }.joined(),
                "\(list):5: no image is called images/4.png"
            ),
        ] {
            try scratch.write(text, to: "list.tsv")
            let error = failure {
                _ = try prepare {
                    $0.split = .list(list); $0.out += "2"
                }
            }
            #expect(
                error?.description.hasPrefix(message) == true, "\(error?.description ?? "none")")
        }
    }

    @Test func `numbers of images are exact and the rest is listed`() throws {
        try pictures(30)
        let rows = (0..<30).map { "images/\($0).png,c\($0 % 3)\n" }.joined()
        try scratch.write("path,label\n" + rows, to: "study.csv")
        let rule = try SplitRule(parsing: "15,6,3")
        let summary = try prepare { $0.split = rule }
        #expect(summary.images.map(\.count) == [15, 6, 3] && summary.rejected == 6)
        let text = try FileSystem.readText("\(scratch.path)/out/rejected.tsv")
        #expect(
            text.split(separator: "\n").allSatisfy { $0.hasSuffix("\tnot drawn; splits are full") })
        let error = failure {
            _ = try prepare {
                $0.split = try? SplitRule(parsing: "25,6,3"); $0.out += "2"
            }
        }
        #expect(error?.description.contains("asks for 34 images, but only 30") == true)
    }

    @Test func `folds are data sets of their own, every image tested once, patients whole`() throws
    {
        try pictures(40)
        let rows = (0..<40).map { "images/\($0).png,c\($0 % 2),P\($0 / 4)\n" }.joined()
        try scratch.write("path,label,patient\n" + rows, to: "study.csv")
        let summary = try prepare { $0.folds = 5 }
        #expect(summary.folds == 5)
        var tested: [String] = []
        for fold in 0..<5 {
            let set = try DataSetFolder("\(scratch.path)/out/fold-0\(fold)")
            #expect(set.manifest?["split"]?["fold"] == .integer(fold))
            var patients: [SplitName: Set<String>] = [:]
            for name in SplitName.allCases {
                let split = try set.split(name)
                let keys = (0..<split.count).map { split.key($0) }
                patients[name] = Set(
                    keys.map { "P\((Int($0.dropFirst(7).dropLast(4)) ?? 0) / 4)" })
                if name == .test { tested += keys }
            }
            #expect(patients.values.reduce(0) { $0 + $1.count } == 10)
        }
        #expect(tested.sorted() == (0..<40).map { "images/\($0).png" }.sorted())
        let error = failure {
            _ = try prepare {
                $0.folds = 11; $0.out += "2"
            }
        }
        #expect(
            error?.description.contains("11 folds need as many groups, but there are 10") == true)
    }
}
