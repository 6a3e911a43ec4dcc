import CambiumFiles
import CambiumImaging
import Testing

@Suite struct MixingTests {
    static let fixture = Fixture.json("mixing.json")
    static let width = fixture[int: "width"]
    static let height = fixture[int: "height"]

    /// The plan of a run's draws: lambdas, then rows and columns of the boxes' centres.
    func plan(_ run: JSON) -> MixingPlan {
        var places = run[integers: "place"][...]
        let drawn = run[doubles: "lambda"].map { share -> MixingPlan.Part in
            guard run["cutmix"]?.bool == true else { return .init(share: share) }
            let (y, x) = (places.removeFirst(), places.removeFirst())
            // Batches keep the lambda in double precision, pictures in single.
            let kept = run[text: "mode"] == "batch" ? share : Double(Float(share))
            let box = Mixing.box(
                keeping: kept, center: (x, y), width: Self.width, height: Self.height)
            return .init(box: box, width: Self.width, height: Self.height)
        }
        return switch run[text: "mode"] {
        case "batch": MixingPlan([drawn[0], drawn[0], drawn[0], drawn[0]])
        case "pair": MixingPlan([drawn[0], drawn[1], drawn[1], drawn[0]])
        default: MixingPlan(drawn)
        }
    }

    @Test func `pictures and targets equal timm's for given draws`() {
        let runs = Self.fixture[list: "runs"]
        #expect(runs.count == 18)
        let targets = Self.fixture[integers: "labels"].map { label in
            (0..<3).map { $0 == label ? 1.0 : 0 }
        }
        for run in runs {
            let plan = plan(run)
            let pixels = Self.fixture[floats: "pixels"]
            let mixed = plan.mixed(pixels, width: Self.width, height: Self.height)
            #expect(digest(mixed) == run[text: "sha256"], "\(run[text: "mode"])")
            let shares = plan.shares
            let rows = targets.indices.flatMap { row -> [Double] in
                let (share, other) = (shares[row], targets[targets.count - 1 - row])
                return (0..<3).map { targets[row][$0] * share + other[$0] * (1 - share) }
            }
            #expect(difference(rows, run[doubles: "targets"]) < 1e-7)
        }
    }

    @Test func `nothing is mixed by default`() {
        var generator = SeededGenerator(seed: 1)
        let plan = Mixing().plan(count: 5, width: 4, height: 4, using: &generator)
        #expect(plan.shares == [1, 1, 1, 1, 1])
    }

    @Test(arguments: Mixing.Mode.allCases)
    func `plans follow the settings`(mode: Mixing.Mode) {
        var mixing = Mixing()
        (mixing.probability, mixing.mode) = (0.5, mode)
        var (blends, cuts, wholes) = (0, 0, 0)
        for seed in 0..<1000 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let plan = mixing.plan(count: 7, width: 30, height: 20, using: &generator)
            #expect(plan.parts.count == 7 && plan.shares.allSatisfy { (0...1).contains($0) })
            switch mode {
            case .batch: #expect(Set(plan.shares).count == 1)
            case .pair: #expect(plan.shares == plan.shares.reversed())
            case .elem: break
            }
            let first = plan.parts[0]
            if let box = first.box {
                cuts += 1
                #expect(box.left >= 0 && box.left + box.width <= 30)
                #expect(box.top >= 0 && box.top + box.height <= 20)
            } else if first.share < 1 {
                blends += 1
            } else {
                wholes += 1
            }
        }
        #expect((440...560).contains(wholes) && (200...300).contains(cuts))
        #expect((200...300).contains(blends))
    }

    @Test(arguments: Mixing.Mode.allCases)
    func `parts of a batch are mixed as the whole`(mode: Mixing.Mode) {
        var mixing = Mixing()
        (mixing.probability, mixing.mode) = (0.8, mode)
        let size = 3 * 6 * 4
        for seed in 0..<30 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let plan = mixing.plan(count: 7, width: 6, height: 4, using: &generator)
            let pixels = (0..<7 * size).map { _ in Float(generator.uniform()) }
            let whole = plan.mixed(pixels, width: 6, height: 4)
            for rows in [0..<2, 2..<5, 5..<7, 3..<3] {
                let needed = plan.needed(by: rows)
                #expect(needed.starts(with: rows) && Set(needed).count == needed.count)
                let part = plan.mixed(
                    needed.flatMap { pixels[$0 * size..<($0 + 1) * size] }, rows: rows, width: 6,
                    height: 4)
                #expect(part == Array(whole[rows.lowerBound * size..<rows.upperBound * size]))
            }
        }
    }

    @Test func `sides give the rectangle of cutmix`() {
        var mixing = Mixing()
        (mixing.probability, mixing.mixup, mixing.sides) = (1, 0, [0.2, 0.8])
        for seed in 0..<200 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let plan = mixing.plan(count: 2, width: 30, height: 20, using: &generator)
            let box = plan.parts[0].box
            #expect((6..<24).contains(box?.width ?? 0) && (4..<16).contains(box?.height ?? 0))
        }
    }
}
