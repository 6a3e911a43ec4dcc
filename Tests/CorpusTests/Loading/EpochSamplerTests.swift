import CambiumCorpus
import Testing

@Suite struct EpochSamplerTests {
    /// 600 rows of a, 150 of b, 24 of c, mixed, and 26 captions without a class.
    static let labels: [RowLabel?] = (0..<800).map { row in
        let place = (row * 37) % 800
        if place >= 774 { return RowLabel(classID: nil, className: "text \(row)") }
        let name = place < 600 ? "a" : place < 750 ? "b" : "c"
        return RowLabel(classID: 1, className: name)
    }

    static func name(_ row: Int) -> String {
        labels[row].flatMap { $0.classID == nil ? nil : $0.className } ?? "none"
    }

    func sampler(_ sampler: Sampler, seed: UInt64 = 5) -> EpochSampler {
        EpochSampler(labels: Self.labels, sources: [(800, 1)], sampler: sampler, seed: seed)
    }

    @Test(arguments: [Sampler.classBalanced, .squareRoot])
    func `classes come as often as documented`(kind: Sampler) {
        let roots = ["a": 600.0, "b": 150, "c": 24].mapValues { $0.squareRoot() }
        let sampler = sampler(kind)
        #expect(sampler.count == 800)
        var total: [String: Int] = [:]
        for epoch in 0..<50 {
            var counts: [String: Int] = [:]
            for row in sampler.rows(epoch: epoch) { counts[Self.name(row), default: 0] += 1 }
            #expect(counts.values.reduce(0, +) == 800)
            for (name, count) in counts {
                let share = Self.share(kind, name, roots)
                #expect(abs(Double(count) - share) < 1, "\(name) in epoch \(epoch)")
                total[name, default: 0] += count
            }
        }
        for (name, count) in total {
            #expect(abs(Double(count) - 50 * Self.share(kind, name, roots)) < 3, "\(name)")
        }
    }

    static func share(_ kind: Sampler, _ name: String, _ roots: [String: Double]) -> Double {
        guard let root = roots[name] else { return 26 }
        return kind == .classBalanced ? 258 : 774 * root / roots.values.reduce(0, +)
    }

    @Test func `every row of a class comes once before any comes again`() {
        let sampler = sampler(.classBalanced)
        var seen = [Int](repeating: 0, count: 800)
        for epoch in 0..<12 {
            for row in sampler.rows(epoch: epoch) { seen[row] += 1 }
            for name in ["a", "b", "c", "none"] {
                let counts = (0..<800).filter { Self.name($0) == name }.map { seen[$0] }
                #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1, "\(name), \(epoch)")
            }
        }
    }

    @Test func `seed and epoch alone decide`() {
        let order = sampler(.squareRoot)
        #expect(order.rows(epoch: 7) == sampler(.squareRoot).rows(epoch: 7))
        #expect(order.rows(epoch: 7) != order.rows(epoch: 8))
        #expect(order.rows(epoch: 7) != sampler(.squareRoot, seed: 6).rows(epoch: 7))
    }

    @Test func `the default sampler of one source is the plain order`() {
        let plain = EpochOrder(count: 800, seed: 5)
        #expect(sampler(.natural).rows(epoch: 3) == plain.rows(epoch: 3))
        let still = EpochSampler(
            labels: Self.labels, sources: [(800, 1)], sampler: .natural, seed: 5, shuffle: false)
        #expect(still.rows(epoch: 2) == Array(0..<800))
    }

    @Test func `sources come by their weights`() {
        let order = EpochSampler(
            labels: Self.labels, sources: [(300, 0.5), (400, 1), (100, 2.25)], sampler: .natural,
            seed: 5)
        #expect(order.count == 775)
        var seen = [Int](repeating: 0, count: 800)
        for epoch in 0..<4 {
            let rows = order.rows(epoch: epoch)
            #expect(rows.count == 775)
            let third = rows.filter { $0 >= 700 }.count
            #expect(rows.filter { $0 < 300 }.count + third == 375 && abs(third - 225) < 1)
            if epoch == 0 {
                #expect(Set(rows.filter { 300..<700 ~= $0 }).count == 400)
                #expect(Set(rows.filter { $0 < 300 }).count == 150)
            }
            for row in rows { seen[row] += 1 }
        }
        #expect(seen[..<300].allSatisfy { $0 == 2 } && seen[300..<700].allSatisfy { $0 == 4 })
        #expect(seen[700...].allSatisfy { $0 == 9 })
    }

    @Test func `within a class sources keep their proportion`() {
        let order = EpochSampler(
            labels: Self.labels, sources: [(400, 1), (400, 3)], sampler: .classBalanced, seed: 5)
        #expect(order.count == 1600)
        let of = { (name: String, rows: [Int], part: Range<Int>) in
            Double(rows.filter { Self.name($0) == name && part ~= $0 }.count)
        }
        let rows = order.rows(epoch: 0)
        let all = Array(0..<800)
        for name in ["a", "b", "c"] {
            let sizes = (of(name, all, 0..<400), 3 * of(name, all, 400..<800))
            let share = of(name, rows, 0..<400) / of(name, rows, 0..<800)
            #expect(abs(share - sizes.0 / (sizes.0 + sizes.1)) < 0.005)
        }
    }
}
