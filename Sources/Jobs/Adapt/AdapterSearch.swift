internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumTraining
internal import Foundation

extension AdapterJob {
    /// Searches inside the training rows and fits what it found on all of them.
    func search(_ scope: HeadSearch.Scope) throws -> Fitted {
        // Embeddings of rows that the encoder learned from know their classes: folds of them are
        // no test of anything.
        let isLearned = data.train.origin?.isLearned == true
        if isLearned {
            log.note(
                "the encoder learned from the training rows: heads are chosen on the validation "
                    + "rows")
        } else {
            _ = try folds()
        }
        let outcome = try HeadSearch(settings, fitter, classes: data.classes.count).run(
            data.trainRows, groups: data.groups, judgedOn: isLearned ? data.validationRows : nil,
            scope: scope, hasTexts: texts != nil,
            clock: { ProcessInfo.processInfo.systemUptime }, judge: { try metrics($0, $1) },
            report: { name, best in
                guard let best else { return }
                let value = best.metrics.first { $0.name == recipe.trackedMetric }?.value ?? .nan
                log.note(
                    String(
                        format: "%@: %@ %.4f (%.1f s)", name, recipe.trackedMetric, value,
                        best.seconds))
            })
        let best = outcome.best
        let value = best.metrics.first { $0.name == recipe.trackedMetric }?.value ?? .nan
        let place =
            isLearned
            ? "on the validation rows" : "over \(options.folds) folds of the training rows"
        let why = String(
            format: "highest %@ of %d settings %@: %.4f",
            recipe.trackedMetric, outcome.trials.count, place, value)
        log.note("chose \(JSON.encode(best.method).line) (\(why))")
        if !outcome.leftOut.isEmpty {
            log.warning(
                "the budget of \(options.budget) s left out \(outcome.leftOut.joined(separator: ", "))"
            )
        }
        var fitted = try refit(best.method)
        fitted.more["search"] = [
            "why": .string(why), "tracked_metric": .string(recipe.trackedMetric),
            "folds": isLearned ? .null : .integer(options.folds),
            "judged_on": isLearned ? "validation" : "folds", "grouped": .bool(data.groups != nil),
            "seed": .integer(Int(clamping: recipe.seed)),
            "budget_cut": .bool(!outcome.leftOut.isEmpty),
            "left_out": .array(outcome.leftOut.map(JSON.string)),
            "trials": .array(outcome.trials.map(Self.describe)),
        ]
        return fitted
    }

    /// A head for all training rows. Of one that is trained by steps several are averaged: a
    /// single training ends where chance has it, its neighbours disagree by more than the search's
    /// candidates do.
    private func refit(_ method: HeadMethod) throws -> Fitted {
        guard case .steps = method else { return try fit(method) }
        var training = JSON.encode(method).object ?? [:]
        training["members"] = .integer(Self.members)
        return Fitted(
            head: try fitter.fit(method, data.trainRows, members: Self.members),
            training: training)
    }

    private static var members: Int { 5 }

    private static func describe(_ trial: HeadSearch.Trial) -> JSON {
        var metrics: [String: JSON] = [:]
        for metric in trial.metrics { metrics[metric.name] = .finite(metric.value) }
        return [
            "method": JSON.encode(trial.method), "metrics": .object(metrics),
            "per_fold": .array(trial.perFold.map { .finite($0) }),

        ]
    }
}
