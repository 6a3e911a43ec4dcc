internal import CambiumCorpus
internal import CambiumFiles
internal import CambiumImaging
internal import CambiumReports

/// The parts of a data set's page that show images.
struct DataSetPictures {
    private let survey: DataSetSurvey

    init(_ survey: DataSetSurvey) { self.survey = survey }

    /// Images of a class, classes in the gallery, pairs in a list: the page stays small.
    private static let (each, most, mostPairs) = (8, 60, 40)

    /// Some images of every class, drawn with a fixed seed.
    var gallery: HTML {
        let names = survey.classes.prefix(Self.most)
        var members: [String: [Int]] = [:]
        for (number, row) in survey.rows.enumerated() where row.size != nil {
            members[row.label?.className ?? "", default: []].append(number)
        }
        let parts = names.compactMap { name -> HTML? in
            guard var rows = members[name] else { return nil }
            var generator = SeededGenerator(seed: 42, SeededGenerator.stream(name))
            generator.shuffle(&rows)
            let cards = rows.prefix(Self.each).sorted().map { card($0) }
            return "<h3>\(name)</h3>\n<div class=\"cards small\">\(cards)</div>"
        }
        guard !parts.isEmpty else { return .none }
        let rest = survey.classes.count - names.count
        let more: HTML = rest > 0 ? "<p class=\"muted\">and \(rest) more classes</p>" : .none
        return "<h2>Gallery</h2>\n\(parts.joined(by: "\n"))\(more)"
    }

    private func card(_ row: Int) -> HTML {
        let (key, split) = (survey.rows[row].key, survey.rows[row].split.rawValue)
        return """
            <figure>\(image(row))<figcaption title="\(key)">\
            \(ReportText.shorten(name(key), to: 26))<br><small>\(split)</small>\
            </figcaption></figure>
            """
    }

    private func name(_ key: String) -> String {
        key.split(separator: "/").last.map(String.init) ?? key
    }

    private func image(_ row: Int) -> HTML {
        guard let bytes = survey.thumbnail(row) else { return "<div class=\"missing\"></div>" }
        return "<img alt=\"\" src=\"\(ReportPage.source(bytes))\">"
    }

    /// Pairs whose labels contradict.
    var conflicts: HTML {
        let pairs = survey.duplicates.pairs.filter { label($0.first) != label($0.second) }
        return list(
            pairs, "Contradicting labels",
            "The same image under two classes: at most one of the labels is right.")
    }

    /// The other pairs, those across splits first.
    var pairs: HTML {
        let same = survey.duplicates.pairs.filter { label($0.first) == label($0.second) }
        let crossing = same.filter { crosses($0) }
        return list(
            crossing + same.filter { !crosses($0) }, "Duplicates",
            "\(Amount.counted(crossing.count, "pair")) across splits, which come first. The distance "
                + "is that of the perceptual hashes, in bits of 256; a crop is undone.")
    }

    private func label(_ row: Int) -> String { survey.rows[row].label?.className ?? "" }

    private func crosses(_ pair: DuplicatePair) -> Bool {
        survey.rows[pair.first].split != survey.rows[pair.second].split
    }

    private func list(_ pairs: [DuplicatePair], _ title: String, _ remark: String) -> HTML {
        guard !pairs.isEmpty else { return .none }
        let cards = pairs.prefix(Self.mostPairs).map(card)
        let rest = pairs.count - cards.count
        let more: HTML =
            rest > 0 ? "<p class=\"muted\">and \(Amount.counted(rest, "more pair"))</p>" : .none
        return """
            <h2>\(title)</h2>
            <p class="muted">\(Amount.counted(pairs.count, "pair")). \(remark)</p>
            <div class="cards two">\(cards.joined(by: "\n"))</div>
            \(more)
            """
    }

    private func card(_ pair: DuplicatePair) -> HTML {
        let kind =
            switch pair.match?.change {
            case nil: "equal pixels"
            case .some(.none): "near duplicate, distance \(pair.distance)"
            case .some(.crop): "crop, distance \(pair.distance)"
            }
        let across: HTML =
            crosses(pair) ? " <span class=\"miss\">across splits</span>" : .none
        let rows = [pair.first, pair.second].map { number -> HTML in
            let row = survey.rows[number]
            let label = row.label.map { " · \($0.className)" } ?? ""
            return
                "<br><small>\(row.split.rawValue)\(label) · \(row.key)</small>"
        }
        return """
            <figure><div>\(image(pair.first))\(image(pair.second))</div>\
            <figcaption>\(kind)\(across)\(rows)</figcaption></figure>
            """
    }
}
