import CambiumCorpus
import CambiumFiles
import Testing

@Suite struct JoinedDataSetsTests {
    let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        try write("one", [("k1", 1, "cat"), ("k2", 2, "dog")], texts: ["cat", "dog"])
        try write("two", [("k1", 1, "dog"), ("k3", 2, "owl"), ("k4", 1, "dog")], texts: nil)
    }

    func write(
        _ name: String, _ rows: [(key: String, id: Int, text: String)], texts: [String]?,
        splits: [String] = ["train", "validation"]
    ) throws {
        for split in splits {
            // Another order in validation: ids must not depend on it.
            let rows = split == "train" ? rows : rows.reversed()
            try scratch.write(
                rows.map { "\($0.key)\taGk=\n" }.joined(), to: "\(name)/\(split)_images.tsv")
            try scratch.write(
                rows.map {
                    "\($0.key)\t{\"class_id\": \($0.id), \"class_name\": \"\($0.text)\"}\n"
                }.joined(), to: "\(name)/\(split)_text.tsv")
        }
        if let texts {
            try scratch.write(
                texts.joined(separator: "\n") + "\n", to: "\(name)/unique_texts.txt")
        }
    }

    func path(_ name: String) -> String { "\(scratch.path)/\(name)" }

    @Test func `classes of two data sets belong together by text`() throws {
        let sets = try JoinedDataSets([(path("one"), 1), (path("two"), 2)])
        let train = try sets.split(.train)
        let validation = try sets.split(.validation)
        #expect(train.count == 5 && train.sources.map(\.weight) == [1, 2])
        #expect((0..<5).map { train.label($0)?.className } == ["cat", "dog", "dog", "owl", "dog"])
        #expect((0..<5).map { train.label($0)?.classID } == [1, 2, 2, 3, 2])
        #expect((0..<5).map { validation.label($0)?.classID } == [2, 1, 2, 3, 2])
        #expect(train.key(1) == path("one/k2") && train.key(3) == path("two/k3"))
        #expect(try train.bytes(4) == [104, 105])
        let order = EpochSampler(train, sampler: .natural, seed: 1)
        #expect(order.rows(epoch: 0).sorted() == [0, 1, 2, 2, 3, 3, 4, 4])
    }

    @Test func `one data set keeps its keys and ids`() throws {
        try write("zero", [("k", 0, "x"), ("l", 1, "y")], texts: ["x", "y"])
        let train = try JoinedDataSets([(path("zero"), 1)]).split(.train)
        #expect(train.key(0) == "k" && train.label(0)?.classID == 0)
    }

    @Test func `a folder without a training split, or named twice, is refused`() throws {
        try write("three", [("k", 1, "x")], texts: ["x"], splits: ["validation"])
        let sets = try JoinedDataSets([(path("one"), 1), (path("three"), 1)])
        let missing = failure { _ = try sets.split(.train) }
        #expect(missing?.description.contains("three: no train split") == true)
        #expect(try sets.split(.validation).count == 3)
        let twice = failure { _ = try JoinedDataSets([(path("one"), 1), (path("one"), 1)]) }
        #expect(twice?.description.contains("named twice") == true)
        let none = failure { _ = try sets.split(.test) }
        #expect(none?.description.contains("none of them has a test split") == true)
    }
}
