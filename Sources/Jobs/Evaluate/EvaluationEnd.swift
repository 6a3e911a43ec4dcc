internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumReports

extension EvaluationOptions {
    /// Measures and writes a result.
    /// - Parameters:
    ///   - name: what the method is called where ``EvaluationOptions/name`` says nothing.
    ///   - keys: a key a row; empty when rows have none.
    ///   - inputs: the files that the scores came from; their digests go into the report.
    ///   - validation: rows to choose thresholds on, where the options name none.
    ///   - origin: how the rows' embeddings came to be, where they have any.
    func finish(
        name: String, _ rows: LabelledScores, keys: [String], inputs: [String],
        validation: ValidationRows? = nil, origin: EmbeddingOrigin? = nil, log: Log
    ) throws -> EvaluationResult {
        var plan = try plan(rows, keys, validation)
        plan.isLearned = origin?.isLearned == true
        let thumbnails = try images.map { try Thumbnails($0, log: log) }
        let output = try EvaluationOutput(
            name: self.name ?? name, rows: rows, keys: keys,
            provenance: try provenance(inputs), plan: plan,
            thumbnail: { thumbnails?.jpeg(of: $0) })
        try output.write(to: out)
        for warning in output.result.warnings { log.warning(warning) }
        return EvaluationResult(document: output.document, summary: output.summary)
    }

    private func provenance(_ inputs: [String]) throws -> Provenance {
        let validation = protocols.validation.map { ["\($0)/scores.npy", "\($0)/labels.npy"] }
        return Provenance(
            command: command,
            inputs: try (inputs + (validation ?? [])).map { try InputFile(file: $0) })
    }

    private func plan(
        _ test: LabelledScores, _ keys: [String], _ validation: ValidationRows?
    ) throws -> EvaluationPlan {
        let groups = try groups.map(GroupNames.init)
        return try protocols.plan(
            test: test, keys: keys,
            bootstrap: Bootstrap(
                resamples: resamples, seed: seed, groups: try groups?.of(keys)),
            given: validation, groups: groups?.names ?? [:])
    }
}
