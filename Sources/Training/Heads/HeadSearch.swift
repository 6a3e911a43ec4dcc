public import CambiumAdapters
internal import CambiumCorpus
internal import Foundation

/// Looks for the best head by cross-validation inside the training rows: every method with each of
/// its settings is fitted on all folds but one and judged on that one, in turn; the rows judged
/// together decide. Groups stay together in a fold.
///
/// The outcome is a function of the rows and the settings, unless the time budget ends the search
/// before all methods were tried: then it says which were not.
public struct HeadSearch {
    /// Metrics of probabilities, row-major [rows, classes], of rows whose truth is known.
    public typealias Judge = (_ probabilities: [Double], _ truth: HeadTargets) throws
        -> [(name: String, value: Double?)]

    /// Which methods are tried.
    public enum Scope: Sendable, Equatable {
        /// All.
        case all
        /// Logistic regression's strengths.
        case logistic(HeadRecipe.ClassWeights)
        /// Tip-Adapter's share and sharpness.
        case cache
    }

    /// How a search is done.
    public struct Settings: Sendable, Equatable {
        /// Folds of the training rows.
        public var folds = 5
        /// Seconds after which no further method or fold is begun; the first method is finished
        /// always.
        public var budget = 120.0
        /// The metric that decides.
        public var trackedMetric = "accuracy"
        /// Decides folds, first weights and orders.
        public var seed: UInt64 = 42

        /// The defaults above.
        public init() {}
    }

    /// A method with the metrics of all rows, each judged by a head that had not seen it.
    public struct Trial: Sendable {
        /// The method with its settings; an epoch count that was found to be best.
        public let method: HeadMethod
        /// Metrics over all rows.
        public let metrics: [(name: String, value: Double?)]
        /// The tracked metric on each fold alone.
        public let perFold: [Double?]
        /// Seconds that it took, with what was fitted along with it.
        public let seconds: Double
    }

    /// What a search found.
    public struct Outcome: Sendable {
        /// The best trial.
        public let best: Trial
        /// All trials, the best first.
        public let trials: [Trial]
        /// Methods that the time budget left out.
        public let leftOut: [String]
    }

    private let settings: Settings
    private let fitter: HeadFitter
    private let classes: Int

    /// A search for heads of so many classes.
    public init(_ settings: Settings, _ fitter: HeadFitter, classes: Int) {
        (self.settings, self.fitter, self.classes) = (settings, fitter, classes)
    }

    /// Searches.
    /// - Parameters:
    ///   - groups: a group a row, whose rows stay together; nil where each row stands alone.
    ///   - others: rows that methods are judged on, in the place of folds of `rows`.
    ///   - clock: seconds since some moment.
    ///   - report: hears the name of each family of methods as it begins, and when it ends its
    ///     best trial.
    public func run(
        _ rows: HeadRows, groups: [String]?, judgedOn others: HeadRows? = nil,
        scope: Scope = .all, hasTexts: Bool,
        clock: () -> Double, judge: Judge, report: (String, Trial?) -> Void = { _, _ in }
    ) throws -> Outcome {
        let parts =
            others.map { Judgement(rows, $0) }
            ?? Judgement(rows, folds: Self.folds(rows, groups, settings), settings.folds)
        let start = clock()
        var trials: [Trial] = []
        var leftOut: [String] = []
        func hasTime() -> Bool { clock() - start < settings.budget || trials.isEmpty }
        for family in HeadFamily.all(scope, settings, rows.targets, hasTexts: hasTexts) {
            guard hasTime() else {
                leftOut.append(family.name)
                continue
            }
            report(family.name, nil)
            let begin = clock()
            guard let found = try trial(family, parts, judge, hasTime: hasTime) else {
                leftOut.append(family.name)
                continue
            }
            let seconds = clock() - begin
            let made = found.map {
                Trial(method: $0, metrics: $1, perFold: $2, seconds: seconds)
            }
            trials += made
            report(
                family.name,
                made.reduce(nil) { best, trial in
                    best.map { isBetter(trial, than: $0) ? trial : $0 } ?? trial
                })
        }
        let order = trials.indices.sorted { a, b in
            if isBetter(trials[a], than: trials[b]) { return true }
            return isBetter(trials[b], than: trials[a]) ? false : a < b
        }
        guard let best = order.first else {
            throw TrainingError.recipe(path: "--search", reason: "tried no head")
        }
        return Outcome(best: trials[best], trials: order.map { trials[$0] }, leftOut: leftOut)
    }

    /// The fold of each row.
    public static func folds(
        _ rows: HeadRows, _ groups: [String]?, _ settings: Settings
    ) -> [Int] {
        let seed = UInt32(truncatingIfNeeded: settings.seed)
        if let groups {
            return GroupedFolds.folds(
                classes: rows.strata, groups: groups, count: settings.folds, seed: seed)
        }
        return StratifiedFolds.folds(classes: rows.strata, count: settings.folds, seed: seed)
    }

    /// A higher tracked metric; among equals the lower loss.
    private func isBetter(_ a: Trial, than b: Trial) -> Bool {
        func value(_ trial: Trial, _ name: String) -> Double? {
            trial.metrics.first { $0.name == name }?.value
        }
        if settings.trackedMetric != "loss" {
            let (x, y) = (
                value(a, settings.trackedMetric) ?? -.infinity,
                value(b, settings.trackedMetric) ?? -.infinity
            )
            if x != y { return x > y }
        }
        return (value(a, "loss") ?? .infinity) < (value(b, "loss") ?? .infinity)
    }

    private typealias Result = (
        method: HeadMethod, metrics: [(name: String, value: Double?)], perFold: [Double?]
    )

    /// Every setting of a family, judged on rows that it had not seen; nil where the time ran out.
    private func trial(
        _ family: HeadFamily, _ judgement: Judgement, _ judge: Judge, hasTime: () -> Bool
    ) throws -> [Result]? {
        let rows = judgement.rows
        var scores: [[Double]] = []
        var methods: [HeadMethod] = []
        for part in judgement.parts where !part.inside.isEmpty && !part.outside.isEmpty {
            guard hasTime() else { return nil }
            let found = try fit(
                family, judgement.learned.rows(part.inside), rows.rows(part.outside))
            if methods.isEmpty {
                methods = found.map(\.method)
                scores = methods.map { _ in .init(repeating: 0, count: rows.count * classes) }
            }
            for (index, result) in found.enumerated() {
                for (place, row) in part.outside.enumerated() {
                    for column in 0..<classes {
                        scores[index][row * classes + column] =
                            result.probabilities[place * classes + column]
                    }
                }
            }
        }
        return try zip(methods, scores).map { method, scores in
            let perFold = try judgement.parts.map { part -> Double? in
                guard !part.outside.isEmpty else { return nil }
                let own = part.outside.flatMap { scores[$0 * classes..<($0 + 1) * classes] }
                return try judge(own, rows.targets.rows(part.outside, classes: classes))
                    .first { $0.name == settings.trackedMetric }?.value
            }
            return (method, try judge(scores, rows.targets), perFold)
        }
    }

    private func fit(
        _ family: HeadFamily, _ inside: HeadRows, _ outside: HeadRows
    ) throws -> [(method: HeadMethod, probabilities: [Double])] {
        switch family {
        case .single(let method):
            let head = try fitter.fit(method, inside)
            return [(method, try head.probabilities(outside.embeddings))]
        case .logistic(let path, let weights):
            let heads = try fitter.logistic(inside, path: path, weights, tolerance: 1e-4)
            return try zip(path, heads).map { strength, head in
                (
                    .logistic(strength: strength, weights),
                    try head.probabilities(outside.embeddings)
                )
            }
        case .steps(let kind, let recipe, let hidden, let epochs):
            var results: [(HeadMethod, [Double])] = []
            var longest = recipe
            longest.epochs = epochs.max() ?? recipe.epochs
            longest.trackedMetric = "epoch"
            var number = 0
            _ = try fitter.trainer(kind, longest, hidden: hidden, inside).train(
                inside,
                judge: { network in
                    number += 1
                    if epochs.contains(number) {
                        var stopped = recipe
                        stopped.epochs = number
                        results.append(
                            (
                                .steps(kind, stopped, hidden: hidden),
                                network.probabilities(outside.embeddings)
                            ))
                    }
                    return [("epoch", Double(number))]
                })
            return results
        }
    }
}

/// Which rows are learned from, and which are judged, in every part of a trial.
private struct Judgement {
    /// What is learned from.
    let learned: HeadRows
    /// What is judged.
    let rows: HeadRows
    let parts: [(inside: [Int], outside: [Int])]

    /// Folds of the rows, one after another outside.
    init(_ rows: HeadRows, folds: [Int], _ count: Int) {
        (learned, self.rows) = (rows, rows)
        parts = (0..<count).map { fold in
            (
                folds.indices.filter { folds[$0] != fold },
                folds.indices.filter { folds[$0] == fold }
            )
        }
    }

    /// Other rows, all at once.
    init(_ rows: HeadRows, _ others: HeadRows) {
        (learned, self.rows) = (rows, others)
        parts = [(Array(0..<rows.count), Array(0..<others.count))]
    }
}
