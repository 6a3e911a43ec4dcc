internal import CambiumFiles
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// Answers `POST /score`.
struct ScoreHandler {
    let state: ServiceState

    /// What the log says of a request besides its outcome.
    struct Summary: Sendable {
        var model: String?
        var rows: Int?
        var failedRows: Int?
        var bytes: Int?
    }

    /// The answer, as JSON.
    func answer(
        _ request: Request, _ model: ServedModel, _ summary: inout Summary
    ) async throws -> [UInt8] {
        summary.model = model.source.name
        let reader = RequestBodyReader(limits: state.settings.limits, admission: state.admission)
        var (body, room): (ByteBuffer, Admission.Reservation) = try await reader.read(request)
        let deadline = ContinuousClock.now + state.settings.times.deadline
        summary.bytes = body.readableBytes
        let settings = state.settings
        let score = try await state.pool.run { [body] in
            try body.withUnsafeReadableBytes { try ScoreRequest($0, settings) }
        }
        body = ByteBuffer()
        summary.rows = score.rows.count
        let point = try model.facts.decision(score.parameters.operatingPoint)
        let rows = try await compute(score, model, deadline)
        let failed = rows.filter { $0.refusal != nil }
        summary.failedRows = failed.count
        for row in failed {
            state.metrics.add(
                "cambium_row_errors_total",
                ["model": model.source.name, "reason": row.refusal?.code ?? ""])
        }
        // Where nothing can be answered, the request fails as its first row does.
        let isAnswered = rows.contains { $0.image != nil || $0.text != nil }
        if let first = failed.first?.refusal, score.parameters.isStrict || !isAnswered {
            throw first
        }
        let answer = ScoreAnswer(
            facts: model.facts, parameters: score.parameters, point: point, rows: rows)
        defer { withExtendedLifetime(room) {} }
        return try await state.pool.run { answer.body }
    }

    private func compute(
        _ score: ScoreRequest, _ model: ServedModel, _ deadline: ContinuousClock.Instant
    ) async throws -> [RowAnswer] {
        var rows = score.rows.map { _ in RowAnswer() }
        var pictures: [(row: Int, input: ServedModel.ImageInput)] = []
        var texts: [(row: Int, text: String)] = []
        for (index, row) in score.rows.enumerated() {
            switch row.image {
            case .success(let bytes):
                pictures.append(
                    (
                        index,
                        .init(
                            bytes: bytes, standard: score.parameters.standardization,
                            place: score.place(index, .image))
                    ))
            case .failure(let refusal): rows[index].refusal = refusal
            case nil: break
            }
            if let text = row.text { texts.append((index, text)) }
        }
        async let vectors = model.texts.answers(to: texts.map(\.text), before: deadline)
        let images = try await model.images.answers(to: pictures.map(\.input), before: deadline)
        for (picture, answer) in zip(pictures, images) {
            switch answer {
            case .success(let answer): rows[picture.row].image = answer
            case .failure(let refusal): rows[picture.row].refusal = refusal
            }
        }
        for (text, answer) in zip(texts, try await vectors) {
            switch answer {
            case .success(let answer): rows[text.row].text = answer
            case .failure(let refusal): rows[text.row].refusal = refusal
            }
        }
        return try await withNeighbors(rows, score, model)
    }

    private func withNeighbors(
        _ rows: [RowAnswer], _ score: ScoreRequest, _ model: ServedModel
    ) async throws -> [RowAnswer] {
        let count = score.parameters.neighbors
        guard count > 0 else { return rows }
        guard let examples = model.examples else {
            throw Refusal.invalid(
                "params.neighbors", "this model is served without examples (--neighbors)")
        }
        return try await state.pool.run {
            try rows.map { row in
                var row = row
                row.neighbors = try row.image.map {
                    try examples.nearest(to: $0.embedding, count: count)
                }
                return row
            }
        }
    }
}
