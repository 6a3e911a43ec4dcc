internal import CambiumFiles
internal import CambiumPackaging

/// What was computed for one row.
struct RowAnswer: Sendable {
    var image: ImageAnswer?
    var text: [Float]?
    var neighbors: [Example]?
    /// Why a cell has no answer.
    var refusal: Refusal?
}

extension ModelFacts {
    /// The operating point of that name; without one what the bundle decides by.
    func decision(_ name: String?) throws(Refusal) -> OperatingPoint? {
        guard let manifest else {
            guard name == nil else {
                throw .invalid("params.operating_point", "this model has no classes")
            }
            return nil
        }
        do {
            return try manifest.decision(named: name)
        } catch {
            throw .invalid("params.operating_point", error.description)
        }
    }
}

/// The answers to a request, written in one of the documented shapes.
struct ScoreAnswer: Sendable {
    let facts: ModelFacts
    let parameters: ScoreParameters
    /// Says which classes are present; nil where the likeliest class decides.
    let point: OperatingPoint?
    let rows: [RowAnswer]

    /// The body, as JSON.
    var body: [UInt8] {
        var text = JSONText()
        switch parameters.shape {
        case .object: object(&text)
        case .rows: text.list(rows) { row, text in self.row(row, &text) }
        case .predictions: text.list(rows) { row, text in predictions(row, &text) }
        }
        return text.bytes
    }

    /// Lists with an entry a row, null where the row has none; a list without any is left out.
    private func object(_ text: inout JSONText) {
        let hasImages = rows.isEmpty || rows.contains { $0.image != nil }
        let classes = hasImages ? facts.labels : nil
        text.object { members in
            if hasImages {
                members.add("image_features") { text in
                    text.list(rows) { row, text in text.optional(row.image?.embedding) }
                }
            }
            if rows.contains(where: { $0.text != nil }) {
                members.add("text_features") { text in
                    text.list(rows) { row, text in text.optional(row.text) }
                }
            }
            if parameters.wantsScalingFactor {
                members.add("scaling_factor") { $0.number(Float(facts.logitScale)) }
            }
            if let classes {
                members.add("probabilities") { text in
                    text.list(rows) { row, text in text.optional(row.image?.probabilities) }
                }
                if let point {
                    members.add("operating_point") { $0.string(point.criterion) }
                    members.add("present") { text in
                        text.list(rows) { row, text in
                            guard let scores = row.image?.probabilities else { return text.null() }
                            text.list(scores.enumerated()) { entry, text in
                                text.json(.bool(point.decides(entry.offset, entry.element)))
                            }
                        }
                    }
                }
                members.add("labels") { text in
                    text.list(classes) { label, text in text.string(label.name) }
                }
                members.add("class_ids") { text in
                    text.list(classes) { label, text in text.integer(label.id) }
                }
            }
            if parameters.neighbors > 0 {
                members.add("neighbors") { text in
                    text.list(rows) { row, text in neighbors(row, &text) }
                }
            }
            let failed = rows.enumerated().filter { $0.element.refusal != nil }
            if !failed.isEmpty {
                members.add("errors") { text in
                    text.list(failed) { entry, text in
                        let body = JSON.encode(entry.element.refusal)
                        text.json(body.adding(["row": .integer(entry.offset)]))
                    }
                }
            }
        }
    }

    private func row(_ row: RowAnswer, _ text: inout JSONText) {
        text.object { members in
            if let image = row.image {
                members.add("image_features") { $0.list([image.embedding]) { $1.numbers($0) } }
            }
            if let vector = row.text {
                members.add("text_features") { $0.list([vector]) { $1.numbers($0) } }
            }
            if parameters.wantsScalingFactor {
                members.add("scaling_factor") { $0.number(Float(facts.logitScale)) }
            }
            if let image = row.image, image.probabilities != nil {
                members.add("predictions") { predictions(image, &$0) }
            }
            if row.neighbors != nil { members.add("neighbors") { neighbors(row, &$0) } }
            if let refusal = row.refusal { members.add("error") { $0.json(JSON.encode(refusal)) } }
        }
    }

    /// Labels with their scores, falling; equal ones in the classes' order.
    private func predictions(_ row: RowAnswer, _ text: inout JSONText) {
        if let image = row.image {
            predictions(image, &text)
        } else if let refusal = row.refusal {
            text.json(refusal.answer)
        } else {
            text.null()
        }
    }

    private func predictions(_ image: ImageAnswer, _ text: inout JSONText) {
        let scores = image.probabilities ?? []
        let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
        text.list(order.prefix(parameters.top ?? .max)) { index, text in
            text.object { members in
                members.add("label") { $0.string(facts.labels?[index].name ?? "") }
                members.add("class_id") { $0.integer(facts.labels?[index].id ?? index) }
                members.add("score") { $0.number(scores[index]) }
                if let point {
                    members.add("present") { $0.json(.bool(point.decides(index, scores[index]))) }
                }
            }
        }
    }

    private func neighbors(_ row: RowAnswer, _ text: inout JSONText) {
        guard let neighbors = row.neighbors else { return text.null() }
        text.list(neighbors) { example, text in text.json(JSON.encode(example)) }
    }
}
