import CambiumCorpus
import Testing

@Suite struct GroupedSplitTests {
    /// 120 patients with one to nine images of up to three classes.
    static let patients: (classes: [Int], groups: [String]) = {
        var classes: [Int] = []
        var groups: [String] = []
        for patient in 0..<120 {
            for image in 0..<(patient * 7 % 9 + 1) {
                classes.append((patient + image / 4) % 3)
                groups.append("P\(patient)")
            }
        }
        return (classes, groups)
    }()

    @Test(arguments: [UInt32(0), 1, 42])
    func `a group never stands in two splits, and shares are near`(seed: UInt32) {
        let (classes, groups) = Self.patients
        let rows = GroupedSplit.rows(
            classes: classes, groups: groups, ratios: .standard, seed: seed)
        #expect(rows.values.joined().sorted() == Array(classes.indices))
        let members = rows.mapValues { Set($0.map { groups[$0] }) }
        for (a, b) in [
            (SplitName.train, SplitName.validation), (.train, .test), (.validation, .test),
        ] {
            #expect(members[a]?.isDisjoint(with: members[b] ?? []) == true)
        }
        for name in SplitName.allCases {
            for number in 0..<3 {
                let all = classes.count { $0 == number }
                let here = (rows[name] ?? []).count { classes[$0] == number }
                #expect(abs(Double(here) / Double(all) - SplitRatios.standard[name]) < 0.02)
            }
        }
    }

    @Test func `the seed decides among equals`() {
        let (classes, groups) = Self.patients
        func rows(_ seed: UInt32) -> [SplitName: [Int]] {
            GroupedSplit.rows(classes: classes, groups: groups, ratios: .standard, seed: seed)
        }
        #expect(rows(1) == rows(1))
        #expect(rows(1) != rows(2))
    }
}
