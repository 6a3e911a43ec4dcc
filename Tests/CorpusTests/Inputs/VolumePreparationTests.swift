import CambiumCorpus
import CambiumFiles
import Testing

@Suite struct VolumePreparationTests {
    let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        try scratch.write(niftiVolume(40, 44, 48), to: "in/a.nii")
        try scratch.write(niftiVolume(40, 44, 48, shift: 11), to: "in/a2.nii")
        try scratch.write(niftiVolume(36, 40, 44), to: "in/b.nii")
    }

    func options(_ yaml: String) throws -> PrepareOptions {
        var options = PrepareOptions(folder: "\(scratch.path)/in", out: "\(scratch.path)/out")
        options.configuration = try scratch.write(yaml, to: "prep.yaml")
        options.size = 16
        return options
    }

    static let yaml = """
        name: heads
        volumes:
          - {file: "a*.nii", subject: one, split: train}
          - {file: b.nii, subject: two, split: test}
        slices: {levels: 2, template: "{plane} {level} of {levels}"}
        holdout: {split: validation, period: 12, length: 2, gap: 1, offset: 3}

        """

    func keys(_ split: SplitName) throws -> [String] {
        let split = try DataSetFolder("\(scratch.path)/out").split(split)
        return (0..<split.count).map(split.key)
    }

    @Test func `slices become classes of plane and level`() throws {
        let summary = try Preparation(options(Self.yaml)).run()
        #expect(summary.classes == 6)
        let set = try DataSetFolder("\(scratch.path)/out")
        #expect(set.labels?.texts.first == "axial 1 of 2")
        let test = try set.split(.test)
        #expect(test.key(0) == "axial_1/b_axial_005" || test.key(0).hasPrefix("axial_1/b_axial_00"))
        #expect(test.label(0)?.source == "heads")
        #expect(set.manifest?["split"]?["rule"]?.string == "given")
    }

    @Test func `no held-out slice has a neighbour in training, in any volume`() throws {
        _ = try Preparation(options(Self.yaml)).run()
        /// Plane and index of each slice, the volume's name left out.
        func places(_ split: SplitName) throws -> Set<String> {
            Set(
                try keys(split).map { key in
                    key.split(separator: "_").suffix(2).joined(separator: " ")
                })
        }
        let (train, validation) = try (places(.train), places(.validation))
        #expect(!validation.isEmpty && train.isDisjoint(with: validation))
        for place in validation {
            let parts = place.split(separator: " ")
            let index = try #require(Int(parts[1]))
            for neighbour in [index - 1, index + 1] {
                let digits = String(neighbour)
                let padded = String(repeating: "0", count: 3 - digits.count) + digits
                #expect(!train.contains("\(parts[0]) \(padded)"))
            }
        }
        let rejected = try FileSystem.readText("\(scratch.path)/out/rejected.tsv")
        #expect(rejected.contains("a.nii#axial_000\tforeground"))
        #expect(rejected.contains("between a held-out block and the training slices"))
    }

    @Test func `a subject in two splits is a leak and refused`() throws {
        let leak = Self.yaml.replacing("subject: two", with: "subject: one")
        let error = failure { _ = try Preparation(options(leak)) }
        #expect(error?.description.contains("subject one into train and into test") == true)
        #expect(error?.isArgument == true)
    }

    @Test func `volumes of one subject on different grids cannot be held out by index`() throws {
        try scratch.write(niftiVolume(41, 44, 48), to: "in/a2.nii")
        let error = failure { _ = try Preparation(options(Self.yaml)).run() }
        #expect(error?.description.contains("another grid than") == true)
        #expect(try FileSystem.names(in: scratch.path) == ["in", "prep.yaml"])
    }

    @Test func `a volume that is missing or broken is named`() throws {
        let other = Self.yaml.replacing("b.nii", with: "c.nii")
        let missing = failure { _ = try Preparation(options(other)).run() }
        #expect(missing?.description.contains("/in/c.nii: no such volume") == true)
        try scratch.write("no volume at all", to: "in/b.nii")
        let broken = failure { _ = try Preparation(options(Self.yaml)).run() }
        #expect(broken?.description.contains("/in/b.nii: ") == true)
        #expect(try FileSystem.names(in: scratch.path) == ["in", "prep.yaml"])
    }

    @Test func `a split or a group rule beside volumes is refused`() throws {
        var options = try options(Self.yaml)
        options.groupBy = "folder"
        #expect(failure { _ = try Preparation(options) }?.isArgument == true)
    }

    @Test(arguments: [
        ("period: 12", "periode: 12", "unknown key holdout.periode; did you mean period?"),
        ("length: 2", "length: 20", "period must exceed length + 2 * gap"),
        ("split: test", "split: tests", "volumes[1].split must be train, validation or test"),
        ("{plane} {level}", "{plan} {level}", "has {plan}; known are"),
        ("levels: 2", "levels: 0", "levels must be"),
    ])
    func `a mistake in the configuration is named`(old: String, new: String, message: String) throws
    {
        let yaml = Self.yaml.replacing(old, with: new)
        let error = failure { _ = try Preparation(options(yaml)) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "none")")
    }
}
