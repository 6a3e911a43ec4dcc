internal import CambiumAdapters
internal import CambiumCorpus
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumJobs
internal import CambiumTraining
internal import Foundation

/// One call of `cambium adapt` on tables.
struct AdapterJob {
    private let command: AdaptCommand
    private let data: AdapterData
    private let texts: HeadTexts?
    private let recipe: HeadRecipe
    private let fitter: HeadFitter
    private let log: Log

    /// A head with what `config.json` says about how it came to be.
    private struct Fitted {
        var head: Head
        var training: [String: JSON]
        var more: [String: JSON] = [:]
    }

    init(_ command: AdaptCommand, _ data: AdapterData, _ texts: HeadTexts?) {
        (self.command, self.data, self.texts) = (command, data, texts)
        recipe = command.options.recipe
        log = command.shared.log
        fitter = HeadFitter(
            width: data.train.dimension, classes: data.classes.count, texts: texts,
            task: command.trainLabels == nil ? .single : .multiple)
    }

    func run() throws {
        var fitted = try fit()
        if command.calibrate { try calibrate(&fitted) }
        let scores = try fitted.head.probabilities(data.validationRows.embeddings)
        var validation: [String: JSON] = [:]
        for metric in try metrics(scores, data.validationRows.targets) {
            validation[metric.name] = .finite(metric.value)
        }
        let details: [String: JSON] = [
            "training": .object(fitted.training),
            "normalized": .bool(data.trainRows.areNormalized),
            "validation": .object(validation), "inputs": try data.inputs(),
            "program": .string(Release.version),
        ]
        try AdapterFolder.write(
            fitted.head, labels: data.classes.labels.map { ($0.id, $0.name) },
            details: details.merging(fitted.more) { _, new in new }, to: command.out)
    }

    private func fit() throws -> Fitted {
        if command.search { return try search(.all) }
        if command.ensemble { return try ensemble() }
        if let kind = command.head.steps { return try steps(kind, data.trainRows) }
        switch command.head {
        case .prototype: return try fit(.prototype)
        case .logistic:
            guard let strength = command.options.strength else {
                return try search(.logistic(recipe.classWeights))
            }
            return try fit(.logistic(strength: strength, recipe.classWeights))
        default: return try search(.cache)
        }
    }

    private func fit(_ method: HeadMethod) throws -> Fitted {
        Fitted(
            head: try fitter.fit(method, data.trainRows), training: method.json.object ?? [:])
    }

    /// Trains by steps; the epoch that is best on the validation rows is kept.
    private func steps(_ kind: HeadConfiguration.Kind, _ rows: HeadRows) throws -> Fitted {
        let progress = log.progress("adapt", total: recipe.epochs, unit: "epochs")
        let validation = data.validationRows
        let result = try fitter.trainer(kind, recipe, hidden: command.options.hidden, rows).train(
            rows,
            judge: { try metrics($0.probabilities(validation.embeddings), validation.targets) },
            report: { epoch in
                let value = epoch.metrics.first { $0.name == recipe.trackedMetric }?.value ?? .nan
                let detail = String(
                    format: "loss %.4f %@ %.4f", epoch.loss, recipe.trackedMetric, value)
                progress.update(epoch.number, detail)
            })
        progress.finish()
        log.note("kept epoch \(result.best.number) of \(recipe.epochs)")
        var training = recipe.json
        training["kept_epoch"] = .integer(result.best.number)
        return Fitted(head: result.head, training: training)
    }

    /// A head on all folds but one, in turn; that one decides which epoch is kept.
    private func ensemble() throws -> Fitted {
        let folds = try folds()
        var heads: [Head] = []
        var kept: [JSON] = []
        let progress = log.progress("adapt", total: command.folds, unit: "folds")
        for fold in 0..<command.folds {
            let (inside, outside) = (
                data.trainRows.rows(folds.indices.filter { folds[$0] != fold }),
                data.trainRows.rows(folds.indices.filter { folds[$0] == fold })
            )
            if let kind = command.head.steps {
                let result = try fitter.trainer(
                    kind, recipe, hidden: command.options.hidden, inside
                ).train(
                    inside,
                    judge: { try metrics($0.probabilities(outside.embeddings), outside.targets) })
                heads.append(result.head)
                kept.append(.integer(result.best.number))
            } else {
                heads.append(try fitter.fit(method(), inside))
            }
            progress.update(fold + 1)
        }
        progress.finish()
        var training = command.head.steps == nil ? try method().json.object ?? [:] : recipe.json
        training["folds"] = .integer(command.folds)
        if !kept.isEmpty { training["kept_epochs"] = .array(kept) }
        return Fitted(head: try Head.ensemble(heads), training: training)
    }

    /// The method of a head that is not trained by steps, where its settings are given.
    private func method() throws -> HeadMethod {
        switch command.head {
        case .prototype: return .prototype
        case .logistic:
            guard let strength = command.options.strength else {
                throw UsageError("--ensemble with --head logistic needs --strength")
            }
            return .logistic(strength: strength, recipe.classWeights)
        default:
            throw UsageError(
                "--ensemble does not go with --head \(command.head.rawValue): its cache would be "
                    + "the training rows again; choose a head that is trained")
        }
    }

    private func folds() throws -> [Int] {
        let count = Set(data.groups ?? []).count
        guard data.groups == nil || count >= command.folds else {
            throw UsageError("--folds \(command.folds): there are only \(count) groups")
        }
        guard data.trainRows.count >= command.folds else {
            throw UsageError(
                "--folds \(command.folds): there are only \(data.trainRows.count) rows")
        }
        return HeadSearch.folds(data.trainRows, data.groups, settings)
    }

    private var settings: HeadSearch.Settings {
        var settings = HeadSearch.Settings()
        (settings.folds, settings.budget) = (command.folds, command.budget)
        (settings.trackedMetric, settings.seed) = (recipe.trackedMetric, recipe.seed)
        return settings
    }

    private func calibrate(_ fitted: inout Fitted) throws {
        let rows = data.validationRows
        let logits = try fitted.head.logits(rows.embeddings)
        let temperature =
            switch rows.targets {
            case .classes(let truth):
                Temperature.fit(logits, truth: truth, classes: data.classes.count)
            case .labels(let labels): Temperature.fit(logits, labels: labels)
            }
        fitted.head = try fitted.head.with(temperature: temperature)
        log.note(String(format: "temperature %.4f, chosen on the validation rows", temperature))
    }

    private func metrics(
        _ scores: [Double], _ targets: HeadTargets
    ) throws -> [(name: String, value: Double?)] {
        let truth: [Int]
        switch targets {
        case .labels(let labels):
            return MultiLabelJudge.metrics(scores, labels, classes: data.classes.count)
        case .classes(let classes): truth = classes
        }
        let metrics = try ClassificationMetrics(
            Predictions(classes: data.classes, truth: truth, scores: scores))
        return Metric.keys(.heads).map { ($0, metrics.values[$0]) }
            + [("loss", metrics.calibration?.nll)]
    }
}

extension AdapterJob {
    /// Searches inside the training rows and fits what it found on all of them.
    private func search(_ scope: HeadSearch.Scope) throws -> Fitted {
        _ = try folds()
        let outcome = try HeadSearch(settings, fitter, classes: data.classes.count).run(
            data.trainRows, groups: data.groups, scope: scope, hasTexts: texts != nil,
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
        let why = String(
            format: "highest %@ of %d settings over %d folds of the training rows: %.4f",
            recipe.trackedMetric, outcome.trials.count, command.folds, value)
        log.note("chose \(best.method.json.line) (\(why))")
        if !outcome.leftOut.isEmpty {
            log.warning(
                "the budget of \(command.budget) s left out \(outcome.leftOut.joined(separator: ", "))"
            )
        }
        var fitted = try refit(best.method)
        fitted.more["search"] = [
            "why": .string(why), "tracked_metric": .string(recipe.trackedMetric),
            "folds": .integer(command.folds), "grouped": .bool(data.groups != nil),
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
        var training = method.json.object ?? [:]
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
            "method": trial.method.json, "metrics": .object(metrics),
            "per_fold": .array(trial.perFold.map { .finite($0) }),

        ]
    }
}
