import CambiumCorpus
import CambiumFiles
import CambiumTestFolders
import Testing

@Suite struct FoldsTests {
    static func cases(_ name: String) throws -> [JSON] {
        try #require(JSON(file: Repository.fixture("CorpusTests", "folds.json"))[name]?.array)
    }

    static func integers(_ example: JSON, _ name: String) throws -> [Int] {
        try #require(example[name]?.array).compactMap(\.integer)
    }

    @Test func `folds equal scikit-learn's StratifiedKFold row for row`() throws {
        let cases = try Self.cases("folds")
        #expect(cases.count == 4)
        for example in cases {
            let folds = StratifiedFolds.folds(
                classes: try Self.integers(example, "classes"),
                count: try #require(example["folds"]?.integer),
                seed: UInt32(try #require(example["seed"]?.integer)))
            #expect(try folds == Self.integers(example, "expected"))
        }
    }

    @Test func `folds of groups equal scikit-learn's StratifiedGroupKFold row for row`() throws {
        let cases = try Self.cases("group_folds")
        #expect(cases.count == 5)
        for example in cases {
            let folds = GroupedFolds.folds(
                classes: try Self.integers(example, "classes"),
                groups: try #require(example["groups"]?.array).compactMap(\.string),
                count: try #require(example["folds"]?.integer),
                seed: UInt32(try #require(example["seed"]?.integer)))
            #expect(try folds == Self.integers(example, "expected"))
        }
    }

    @Test func `numbers of images give scikit-learn's rows, exactly that many`() throws {
        let cases = try Self.cases("counts")
        #expect(cases.count == 3)
        for example in cases {
            let rule = try SplitRule(parsing: #require(example["counts"]?.string))
            guard case .counts(let counts) = rule else {
                Issue.record("\(rule) are no counts")
                continue
            }
            let rows = StratifiedSplit.rows(
                classes: try Self.integers(example, "classes"), counts: counts,
                seed: UInt32(try #require(example["seed"]?.integer)))
            for name in SplitName.allCases {
                #expect(try rows[name] == Self.integers(example, name.rawValue))
                #expect(rows[name]?.count == counts[name])
            }
        }
    }

    @Test(arguments: [
        ("0.6,0.2,0.2", "ratios"), ("1,0,0", "ratios"), ("100,20,20", "counts"),
        ("2,0,1", "counts"),
        ("keep", "keep"), ("column:part", "column"), ("list:a.tsv", "list"),
    ])
    func `a split is read by what it says`(text: String, kind: String) throws {
        #expect("\(try SplitRule(parsing: text))".hasPrefix(kind))
    }

    @Test(arguments: [
        "100,20", "10,-1,2", "99999999999999,1,1", "column:", "list:", "100,20,20,5", "kept", "7",
    ])
    func `a split that says nothing is refused`(text: String) {
        #expect(failure { _ = try SplitRule(parsing: text) }?.isArgument == true)
    }

    @Test func `shares below one leave the rest in no split, groups whole`() throws {
        let (classes, groups) = GroupedSplitTests.patients
        guard case .counts(let counts) = try SplitRule(parsing: "300,60,60") else { return }
        let rows = GroupedSplit.rows(
            classes: classes, groups: groups,
            ratios: counts.ratios(of: classes.count), seed: 3)
        let names = rows.values.map { Set($0.map { groups[$0] }) }
        #expect(names.reduce(0) { $0 + $1.count } == Set(names.joined()).count)
        for name in SplitName.allCases {
            #expect(abs((rows[name]?.count ?? 0) - counts[name]) <= 9)
        }
    }
}
