import CambiumCorpus
import CambiumFiles
import CambiumTestFolders
import Testing

@Suite struct StratifiedSplitTests {
    @Test func `rows and their order equal scikit-learn's`() throws {
        let cases = try #require(JSON(file: Repository.fixture("CorpusTests", "splits.json")).array)
        #expect(cases.count == 6)
        for example in cases {
            let classes = try #require(example["classes"]?.array).compactMap(\.integer)
            let seed = UInt32(try #require(example["seed"]?.integer))
            let ratios = try SplitRatios(parsing: #require(example["shares"]?.string))
            let rows = StratifiedSplit.rows(classes: classes, ratios: ratios, seed: seed)
            for name in SplitName.allCases {
                let expected = try #require(example[name.rawValue]?.array).compactMap(\.integer)
                #expect(rows[name] == expected, "\(example["name"]?.string ?? "") \(name)")
            }
        }
    }

    @Test(arguments: Array(3...40))
    func `every row stands in one split, whatever the size`(count: Int) {
        let classes = (0..<count).map { $0 % 4 }
        let rows = StratifiedSplit.rows(classes: classes, ratios: .standard, seed: 1)
        #expect(rows.values.joined().sorted() == Array(0..<count))
    }

    @Test func `a class of one is trained on, a class of two is also tested`() {
        let classes = [Int](repeating: 0, count: 20) + [1, 2, 2]
        let rows = StratifiedSplit.rows(classes: classes, ratios: .standard, seed: 42)
        #expect(rows[.train]?.contains(20) == true && rows[.train]?.contains(21) == true)
        #expect(rows[.test]?.contains(22) == true)
        #expect(rows[.train]?.count == 14 && rows[.validation]?.count == 4)
    }

    @Test func `shares of zero leave a split empty`() throws {
        let classes = (0..<30).map { $0 % 3 }
        let rows = StratifiedSplit.rows(
            classes: classes, ratios: try SplitRatios(parsing: "0.8,0,0.2"), seed: 42)
        #expect(rows[.validation] == [] && rows[.train]?.count == 24 && rows[.test]?.count == 6)
        let all = StratifiedSplit.rows(
            classes: classes, ratios: try SplitRatios(parsing: "1,0,0"), seed: 42)
        #expect(all[.train]?.count == 30)
    }

    @Test(arguments: ["0.6,0.2", "0.6,0.2,0.3", "a,b,c", "1.2,-0.1,-0.1", "nan,0.5,0.5", ""])
    func `shares that are none are refused`(text: String) {
        #expect(failure { _ = try SplitRatios(parsing: text) }?.isArgument == true)
    }
}
