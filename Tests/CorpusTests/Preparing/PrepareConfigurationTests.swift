import CambiumCorpus
import CambiumFiles
import CambiumImaging
import CambiumTestFolders
import Testing

@Suite struct PrepareConfigurationTests {
    let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        for folder in ["Cecum", "Normal_stomach", "Other"] {
            for index in 0..<5 {
                let png = try PNGEncoder.encode(picture(index))
                try scratch.write(png, to: "in/\(folder)/\(index).png")
            }
        }
    }

    static let yaml = """
        name: scopes
        template: "endoscopy {view} {label}"
        labels: {Cecum: cecum, Normal_stomach: normal stomach}
        views: {lower: [cecum], upper: [normal stomach]}
        expected: {images: 10, classes: 3}

        """

    func options(_ yaml: String) throws -> PrepareOptions {
        var options = PrepareOptions(folder: "\(scratch.path)/in", out: "\(scratch.path)/out")
        options.configuration = try scratch.write(yaml, to: "prep.yaml")
        options.size = 8
        return options
    }

    @Test func `folders become class texts by mapping, view and template`() throws {
        let summary = try Preparation(options(Self.yaml)).run()
        let texts = try FileSystem.readText("\(scratch.path)/out/unique_texts.txt")
        #expect(texts == "endoscopy lower cecum\nendoscopy upper normal stomach\n")
        let rejected = try FileSystem.readText("\(scratch.path)/out/rejected.tsv")
        #expect(rejected.hasPrefix("Other/0.png\tno label for folder Other\n"))
        #expect(summary.notes.contains("classes: 2, but the configuration expects 3"))
        let split = try DataSetFolder("\(scratch.path)/out").split(.train)
        #expect(split.label(0)?.source == "scopes")
    }

    @Test(arguments: [
        ("template:", "templat:", ":2: unknown key templat; did you mean template?"),
        ("name: scopes", "name: \"\"", "name is missing"),
        ("lower: [cecum]", "lower: [cecun]", "has cecun, which is no label of labels"),
        ("lower: [cecum]", "lower: []", "has no view for cecum"),
        ("upper: [", "upper: [cecum, ", "has cecum, which stands under lower too"),
        ("{view}", "{views}", "has {views}; known are {label}, {view} and {folder}"),
        ("images: 10", "images: ten", "expected.images must be a whole number"),
        ("labels: {", "labels: {{", "not valid YAML"),
    ])
    func `a mistake is named`(old: String, new: String, message: String) throws {
        let error = failure {
            _ = try Preparation(options(Self.yaml.replacing(old, with: new)))
        }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
        #expect(error?.isArgument == true)
    }

    @Test(arguments: ["gastrovision", "mri-planes"])
    func `the configurations that are shipped can be read`(name: String) throws {
        var options = PrepareOptions(
            folder: "\(scratch.path)/in", out: "\(scratch.path)/out")
        options.configuration = "\(Repository.root)/data-prep/\(name)"
        #expect(failure { _ = try Preparation(options) } == nil)
    }
}
