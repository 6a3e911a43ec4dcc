internal import CambiumAdapters
internal import CambiumCorpus
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumTraining
internal import Foundation

/// A head on frozen embeddings.
public struct AdapterJob {
    let options: AdapterOptions
    let data: AdapterData
    let texts: HeadTexts?
    let fitter: HeadFitter
    let log: Log

    var recipe: HeadRecipe { options.recipe }

    /// A head with what `config.json` says about how it came to be.
    struct Fitted {
        var head: Head
        var training: [String: JSON]
        var more: [String: JSON] = [:]
    }

    /// Reads the tables and, where a model is named, embeds the class texts.
    public init(_ options: AdapterOptions, log: Log = Log()) throws {
        try Paths.requireFresh(options.out)
        let data = try AdapterData(
            train: options.train, validation: options.validation, classes: options.classes,
            groups: options.groups, labels: options.labels)
        texts = try options.model.map {
            try AdapterTexts.embed(
                data.classes, model: $0, templates: options.templates,
                width: data.train.dimension, log: log)
        }
        (self.options, self.data, self.log) = (options, data, log)
        fitter = HeadFitter(
            width: data.train.dimension, classes: data.classes.count, texts: texts,
            task: options.labels == nil ? .single : .multiple)
    }

    /// Trains the head and writes its folder.
    /// - Returns: its metrics on the validation rows.
    @discardableResult
    public func run() throws -> [(name: String, value: Double?)] {
        var fitted = try fit()
        if options.isCalibrated { try calibrate(&fitted) }
        let scores = try fitted.head.probabilities(data.validationRows.embeddings)
        let found = try metrics(scores, data.validationRows.targets)
        var validation: [String: JSON] = [:]
        for metric in found {
            validation[metric.name] = .finite(metric.value)
        }
        let details: [String: JSON] = [
            "training": .object(fitted.training),
            "normalized": .bool(data.trainRows.areNormalized),
            "validation": .object(validation), "inputs": try data.inputs(),
            "program": .string(Release.version),
            "origin": data.train.origin.map { JSON.encode($0) } ?? .null,
        ]
        try AdapterFolder.write(
            fitted.head, labels: data.classes.labels.map { ($0.id, $0.name) },
            details: details.merging(fitted.more) { _, new in new }, to: options.out)
        return found
    }

    private func fit() throws -> Fitted {
        if options.isSearching { return try search(.all) }
        if options.isEnsemble { return try ensemble() }
        if let kind = options.head.steps { return try steps(kind, data.trainRows) }
        switch options.head {
        case .prototype: return try fit(.prototype)
        case .logistic:
            guard let strength = options.strength else {
                return try search(.logistic(recipe.classWeights))
            }
            return try fit(.logistic(strength: strength, recipe.classWeights))
        default: return try search(.cache)
        }
    }

    func fit(_ method: HeadMethod) throws -> Fitted {
        Fitted(
            head: try fitter.fit(method, data.trainRows),
            training: JSON.encode(method).object ?? [:])
    }

    /// Trains by steps; the epoch that is best on the validation rows is kept.
    private func steps(_ kind: HeadConfiguration.Kind, _ rows: HeadRows) throws -> Fitted {
        let progress = log.progress("adapt", total: recipe.epochs, unit: "epochs")
        let validation = data.validationRows
        let result = try fitter.trainer(kind, recipe, hidden: options.hidden, rows).train(
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
        var training = JSON.encode(recipe).object ?? [:]
        training["kept_epoch"] = .integer(result.best.number)
        return Fitted(head: result.head, training: training)
    }

    /// A head on all folds but one, in turn; that one decides which epoch is kept.
    private func ensemble() throws -> Fitted {
        let folds = try folds()
        var heads: [Head] = []
        var kept: [JSON] = []
        let progress = log.progress("adapt", total: options.folds, unit: "folds")
        for fold in 0..<options.folds {
            let (inside, outside) = (
                data.trainRows.rows(folds.indices.filter { folds[$0] != fold }),
                data.trainRows.rows(folds.indices.filter { folds[$0] == fold })
            )
            if let kind = options.head.steps {
                let result = try fitter.trainer(
                    kind, recipe, hidden: options.hidden, inside
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
        var training =
            (options.head.steps == nil ? JSON.encode(try method()) : JSON.encode(recipe)).object
            ?? [:]
        training["folds"] = .integer(options.folds)
        if !kept.isEmpty { training["kept_epochs"] = .array(kept) }
        return Fitted(head: try Head.ensemble(heads), training: training)
    }

    /// The method of a head that is not trained by steps, where its settings are given.
    private func method() throws -> HeadMethod {
        switch options.head {
        case .prototype: return .prototype
        case .logistic:
            guard let strength = options.strength else {
                throw UsageError("--ensemble with --head logistic needs --strength")
            }
            return .logistic(strength: strength, recipe.classWeights)
        default:
            throw UsageError(
                "--ensemble does not go with --head \(options.head.rawValue): its cache would be "
                    + "the training rows again; choose a head that is trained")
        }
    }

    func folds() throws -> [Int] {
        let count = Set(data.groups ?? []).count
        guard data.groups == nil || count >= options.folds else {
            throw UsageError("--folds \(options.folds): there are only \(count) groups")
        }
        guard data.trainRows.count >= options.folds else {
            throw UsageError(
                "--folds \(options.folds): there are only \(data.trainRows.count) rows")
        }
        return HeadSearch.folds(data.trainRows, data.groups, settings)
    }

    var settings: HeadSearch.Settings {
        var settings = HeadSearch.Settings()
        (settings.folds, settings.budget) = (options.folds, options.budget)
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

    func metrics(
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
