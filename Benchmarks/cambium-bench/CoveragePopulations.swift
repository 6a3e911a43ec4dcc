import CambiumEvaluation
import CambiumFiles
import Foundation

/// Rows of one class each whose scores are the softmax of normal numbers, that of the true class
/// shifted; rows of a group share a part of their noise.
struct SingleLabelPopulation {
    let name: String
    /// Rows a class.
    let counts: [Int]
    /// How far the true class stands out.
    let shift: Double
    /// Rows a group, all of one class; 1: no groups.
    var groupSize = 1
    /// The share of a group in the variance of its rows.
    var shared = 0.0

    static let all = [
        SingleLabelPopulation(
            name: "5 classes of 40 rows", counts: [40, 40, 40, 40, 40], shift: 1.8),
        SingleLabelPopulation(name: "3 of 10", counts: [10, 10, 10], shift: 1.8),
        SingleLabelPopulation(name: "rare: 8 of 200", counts: [8, 192], shift: 1.5),
        SingleLabelPopulation(name: "rare: 20 of 200", counts: [20, 180], shift: 1.5),
        SingleLabelPopulation(name: "5, 30, 30 and 100", counts: [5, 30, 30, 100], shift: 3),
        SingleLabelPopulation(name: "almost all right", counts: [30, 30, 30, 30], shift: 4),
        SingleLabelPopulation(
            name: "30 classes of 4", counts: [Int](repeating: 4, count: 30), shift: 2.5),
        SingleLabelPopulation(
            name: "60 captions of one row", counts: [Int](repeating: 1, count: 60), shift: 2.5),
        SingleLabelPopulation(
            name: "8 patients of 10 slices", counts: [40, 40], shift: 1.5, groupSize: 10,
            shared: 0.5),
        SingleLabelPopulation(
            name: "24 patients of 10", counts: [120, 120], shift: 1.5, groupSize: 10, shared: 0.5),
        SingleLabelPopulation(
            name: "60 patients of 10", counts: [300, 300], shift: 1.5, groupSize: 10, shared: 0.5),
        SingleLabelPopulation(
            name: "60 patients of 10, little shared", counts: [300, 300], shift: 1.5,
            groupSize: 10, shared: 0.1),
    ]

    private var classes: ClassList {
        get throws { try ClassList(counts.indices.map { ClassLabel(id: $0, name: "\($0)") }) }
    }

    private func truth(_ scale: Int) -> [Int] {
        counts.indices.flatMap { [Int](repeating: $0, count: counts[$0] * scale) }
    }

    private func draw(_ truth: [Int], _ number: Int) throws -> Predictions {
        var generator = SeededGenerator(
            seed: 1, SeededGenerator.stream("coverage \(name)"), UInt64(number))
        var scores: [Double] = []
        scores.reserveCapacity(truth.count * counts.count)
        var common = [Double](repeating: 0, count: counts.count)
        let (own, group) = ((1 - shared).squareRoot(), shared.squareRoot())
        for (row, column) in truth.enumerated() {
            if row % groupSize == 0 { common = common.map { _ in generator.normal() } }
            let logits = counts.indices.map {
                own * generator.normal() + group * common[$0] + ($0 == column ? shift : 0)
            }
            scores += softmax(logits)
        }
        return try Predictions(classes: classes, truth: truth, scores: scores)
    }

    func coverage(_ plan: Plan) throws -> [String: Coverage] {
        let rows = counts.reduce(0, +)
        // Some 400,000 rows tell the truth to a few thousandths of an interval's width.
        let population = Self.values(
            try ClassificationMetrics(draw(truth(max(1, 400_000 / rows)), 1 << 20)))
        let truth = truth(1)
        let groups = groupSize > 1 ? truth.indices.map { "\($0 / groupSize)" } : nil
        var result: [String: Coverage] = [:]
        for replicate in 0..<plan.replicates {
            let metrics = try ClassificationMetrics(
                draw(truth, replicate), bootstrap: plan.bootstrap(replicate, groups: groups))
            for (name, value) in population {
                result[name, default: Coverage()].add(
                    Self.interval(metrics, name), truth: value,
                    isMarked: Marks.isMarked(name, metrics.notes))
            }
        }
        return result
    }

    private static func values(_ metrics: ClassificationMetrics) -> [String: Double] {
        let first = metrics.perClass[0]
        return metrics.values.merging(
            [
                "sensitivity/0": first.sensitivity, "specificity/0": first.specificity,
                "precision/0": first.rates.precision, "f1/0": first.rates.f1, "auc/0": first.auc,
                "average_precision/0": first.averagePrecision,
            ].compactMapValues(\.self), uniquingKeysWith: { $1 })
    }

    private static func interval(_ metrics: ClassificationMetrics, _ name: String) -> Interval? {
        guard name.hasSuffix("/0") else { return metrics.intervals?.values[name] }
        return metrics.perClass[0].intervals[String(name.dropLast(2))]
    }
}

/// Which intervals the notes of an evaluation mark as rough.
enum Marks {
    static func isMarked(_ name: String, _ notes: [String: String]) -> Bool {
        let few = notes["intervals.few_rows"] ?? notes["intervals.few_groups"]
        let isNear = notes["intervals.near_bound"].map { note in
            note.split(separator: " ").contains { $0.trimmingSuffix(",") == name }
        }
        if notes["intervals"] != nil || notes["intervals.\(name)"] != nil || isNear == true {
            return true
        }
        guard let few else { return false }
        if name.hasSuffix("/0") { return few.contains(" 0 (") }
        return ["macro_f1", "macro_present_f1", "balanced_accuracy", "mcc", "mauc", "map"]
            .contains(name)
    }
}

extension Substring {
    fileprivate func trimmingSuffix(_ suffix: String) -> Substring {
        hasSuffix(suffix) ? dropLast(suffix.count) : self
    }
}

/// Images and their captions, one each: a caption is the class of one row.
struct CaptionPopulation {
    private let count = 157
    private let dimension = 12

    func coverage(_ plan: Plan) throws -> [String: Coverage] {
        let classes = try ClassList((0..<count).map { ClassLabel(id: $0, name: "\($0)") })
        let results = try (0..<plan.replicates).map { replicate in
            var generator = SeededGenerator(
                seed: 2, SeededGenerator.stream("captions"), UInt64(replicate))
            let texts = (0..<count * dimension).map { _ in generator.normal() }
            let images = texts.map { $0 + 1.6 * generator.normal() }
            return try Retrieval(
                queries: table(images), gallery: table(texts), dimension: dimension,
                classes: classes, depths: [1], bootstrap: plan.bootstrap(replicate))
        }
        var coverage: [String: Coverage] = [:]
        for name in ["hit_at_1", "mrr"] {
            // The truth is what such queries find in a gallery of this size on average.
            let truth =
                results.reduce(0) { $0 + ($1.values[name] ?? 0) } / Double(results.count)
            for result in results {
                coverage[name, default: Coverage()].add(
                    result.intervals?.values[name], truth: truth,
                    isMarked: !result.notes.isEmpty)
            }
        }
        return coverage
    }

    private func table(_ values: [Double]) -> Retrieval.Table {
        Retrieval.Table(vectors: values.map { Float($0) }, columns: Array(0..<count), keys: [])
    }
}

/// Rows of three labels that come and go on their own.
struct LabelsPopulation {
    private let shares = [0.3, 0.1, 0.03]

    private func draw(_ rows: Int, _ number: Int) throws -> MultiLabelPredictions {
        var generator = SeededGenerator(
            seed: 3, SeededGenerator.stream("labels"), UInt64(number))
        var (truth, scores): ([Int], [Double]) = ([], [])
        for _ in 0..<rows {
            for share in shares {
                let isTrue = generator.chance(share)
                truth.append(isTrue ? 1 : 0)
                scores.append(generator.normal() + (isTrue ? 2 : 0))
            }
        }
        return try MultiLabelPredictions(
            classes: ClassList(shares.indices.map { ClassLabel(id: $0, name: "\($0)") }),
            truth: truth,
            scores: ScoreMatrix(scores, rows: rows, columns: shares.count),
            thresholds: [1, 1.4, 1.8])
    }

    func coverage(_ plan: Plan) throws -> [String: Coverage] {
        let population = try MultiLabelMetrics(draw(400_000, 1 << 20)).values
        var result: [String: Coverage] = [:]
        for replicate in 0..<plan.replicates {
            let metrics = try MultiLabelMetrics(
                draw(300, replicate), bootstrap: plan.bootstrap(replicate))
            for (name, value) in population {
                result[name, default: Coverage()].add(
                    metrics.intervals?.values[name], truth: value,
                    isMarked: Marks.isMarked(name, metrics.notes))
            }
        }
        return result
    }
}

/// Two models on the same rows, whose errors go together: the interval of their difference.
struct PairPopulation {
    let name: String
    let counts: [Int]
    /// How far the true class stands out for either model.
    let shifts: (Double, Double)

    static let all = [
        PairPopulation(
            name: "difference, 4 classes of 30", counts: [30, 30, 30, 30], shifts: (1.8, 1.5)),
        PairPopulation(
            name: "difference, 12 and 100", counts: [12, 100], shifts: (1.8, 1.5)),
        PairPopulation(
            name: "no difference, 4 classes of 30", counts: [30, 30, 30, 30], shifts: (1.8, 1.8)),
    ]

    private func draw(_ scale: Int, _ number: Int) throws -> [StoredEvaluation] {
        var generator = SeededGenerator(
            seed: 4, SeededGenerator.stream("pair \(name)"), UInt64(number))
        let classes = try ClassList(counts.indices.map { ClassLabel(id: $0, name: "\($0)") })
        let truth = counts.indices.flatMap { [Int](repeating: $0, count: counts[$0] * scale) }
        var scores: [[Double]] = [[], []]
        for column in truth {
            let common = counts.map { _ in generator.normal() }
            for (model, shift) in [shifts.0, shifts.1].enumerated() {
                scores[model] += softmax(
                    counts.indices.map {
                        0.8 * common[$0] + 0.6 * generator.normal() + ($0 == column ? shift : 0)
                    })
            }
        }
        return try scores.enumerated().map { model, scores in
            try StoredEvaluation(
                folder: "\(model)", name: "\(model)",
                rows: LabelledScores(Predictions(classes: classes, truth: truth, scores: scores)),
                keys: [])
        }
    }

    func coverage(_ plan: Plan) throws -> [String: Coverage] {
        let rows = counts.reduce(0, +)
        let population = try Comparison(
            draw(400_000 / rows, 1 << 20), bootstrap: Bootstrap(resamples: 0))
        var truth: [String: Double] = [:]
        for entry in population.pairs[0].differences { truth[entry.metric] = entry.difference }
        var result: [String: Coverage] = [:]
        for replicate in 0..<plan.replicates {
            let pair = try Comparison(
                draw(1, replicate), bootstrap: plan.bootstrap(replicate)
            ).pairs[0]
            for entry in pair.differences {
                guard let value = truth[entry.metric] else { continue }
                result[entry.metric, default: Coverage()].add(
                    entry.interval, truth: value, isMarked: false)
            }
        }
        return result
    }
}

private func softmax(_ logits: [Double]) -> [Double] {
    let largest = logits.max() ?? 0
    let powers = logits.map { exp($0 - largest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
}
