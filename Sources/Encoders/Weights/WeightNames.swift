internal import CambiumFiles

/// Recognises a file's family by its names and finds each of the model's parameters in it.
package enum WeightNames {
    /// The family of a file with these names, nil for none that Cambium knows.
    package static func recognize(_ names: some Collection<String>) -> WeightFamily? {
        WeightFamily.recognize(names.map(WeightFamily.stripped))
    }

    /// Where each of the model's parameters stands in a file.
    /// - Parameters:
    ///   - model: The model's parameter names.
    ///   - file: The file's own names.
    ///   - path: The file, for messages.
    /// - Throws: ``EncoderError/weights(path:reason:)`` for names of no usable family, or two
    ///   that mean the same parameter.
    package static func mapping(
        for model: some Collection<String>, in file: some Collection<String>, path: String
    ) throws(EncoderError) -> WeightMapping {
        guard let family = recognize(file) else {
            let first = shown(file.sorted().prefix(3).joined(separator: ", "))
            throw .weights(
                path: path,
                reason: "holds tensors of no family Cambium knows (\(first), ...): "
                    + "\(usable.joined(separator: ", "))")
        }
        guard family != .originalDaViT else {
            throw .weights(
                path: path,
                reason: "holds the original DaViT, whose channel attention computes something "
                    + "else than MedImageInsight's; take Florence-2's or timm's davit_*_fl")
        }
        return try WeightMapping(family, model: model, file: file, path: path)
    }

    private static var usable: [String] {
        WeightFamily.allCases.filter { $0 != .originalDaViT }.map(\.description)
    }
}

/// Where the model's parameters stand in a file of some family.
package struct WeightMapping: Sendable, Equatable {
    /// Whose names the file carries.
    package let family: WeightFamily
    /// The model's names to the file's.
    package let names: [String: String]
    /// The model's parameters that the family does not have, sorted.
    package let absent: [String]
    /// The file's tensors that the model has no place for by design, sorted.
    package let leftOut: [String]

    init(
        _ family: WeightFamily, model: some Collection<String>, file: some Collection<String>,
        path: String
    ) throws(EncoderError) {
        var names: [String: String] = [:]
        var leftOut: [String] = []
        for name in file.sorted() {
            switch family.place(WeightFamily.stripped(name)) {
            case .outside: leftOut.append(name)
            case .model(let parameter):
                if let other = names.updateValue(name, forKey: parameter) {
                    let both = shown("\(other) and \(name) both stand for \(parameter)")
                    throw .weights(path: path, reason: both)
                }
            }
        }
        self.family = family
        self.names = names
        self.leftOut = leftOut
        absent = model.filter { !family.gives($0) && names[$0] == nil }.sorted()
    }

    /// What was taken and what was left, a sentence each, for the person who starts from it.
    package func notes(path: String) -> [String] {
        let taken = names.count
        var notes = ["\(path): \(family), \(taken) tensors of \(Self.grouped(names.keys))"]
        if !leftOut.isEmpty {
            notes.append("\(path): left out \(Self.grouped(leftOut))")
        }
        if family == .openCLIPText {
            notes.append(
                "\(path): CLIP's text tower was trained to look left only; this model's looks "
                    + "both ways, so that it starts from these weights and embeds otherwise")
        }
        return notes
    }

    /// Names, those of a long group by their first word and number.
    static func grouped(_ names: some Collection<String>) -> String {
        let groups = Dictionary(grouping: names) { $0.prefix { $0 != "." } }
        return groups.sorted { $0.key < $1.key }.map { group, members in
            shown(
                members.count > 3
                    ? "\(group).* (\(members.count))"
                    : members.sorted().joined(separator: ", "))
        }.joined(separator: ", ")
    }
}
