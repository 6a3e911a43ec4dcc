internal import CambiumFiles
internal import CambiumTorch

/// Tells what is in a file of tensors.
struct WeightsInspector {
    let path: String
    let listsTensors: Bool

    init(_ path: String, listsTensors: Bool) {
        (self.path, self.listsTensors) = (path, listsTensors)
    }

    /// - Throws: `TorchError` for a file that is cut off, lies about its content, or is a pickle.
    func inspect(_ size: Finding) throws -> Inspection {
        let weights = try StateDictionary(path)
        var findings = summary(weights)
        findings.append(size)
        findings += try metadata(weights)
        var inspection = Inspection(
            path: path, kind: "weights (\(weights.container))", findings: findings)
        if listsTensors {
            inspection.lines = lines(weights)
            inspection.members = ["tensors": .object(weights.entries.mapValues(Self.describe))]
        }
        return inspection
    }

    private func summary(_ weights: StateDictionary) -> [Finding] {
        let types = Dictionary(grouping: weights.entries.values) { $0.type.safetensors }
            .mapValues(\.count)
        let names = types.sorted { $0.key < $1.key }.map { "\($0.value) x \($0.key)" }
        let values = weights.entries.values.reduce(0) { $0 + $1.shape.reduce(1, *) }
        return [
            Finding("tensors", count: weights.entries.count),
            Finding("parameters", count: values),
            Finding(
                "types", names.joined(separator: ", "), .object(types.mapValues(JSON.integer))),
            Finding("parts", parts(weights).joined(separator: ", ")),
        ]
    }

    /// The first words of the names: the towers of a model.
    private func parts(_ weights: StateDictionary) -> [String] {
        let heads = Set(weights.entries.keys.map { String($0.prefix { $0 != "." }) }).sorted()
        return heads.count > 12 ? heads.prefix(12) + ["and \(heads.count - 12) more"] : heads
    }

    private func metadata(_ weights: StateDictionary) throws -> [Finding] {
        guard weights.container == .safetensors else { return [] }
        let pairs = try SafeTensors(path).metadata
        guard !pairs.isEmpty else { return [] }
        let text = pairs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return [
            Finding(
                "metadata", text.joined(separator: ", "), .object(pairs.mapValues(JSON.string)))
        ]
    }

    private func lines(_ weights: StateDictionary) -> [String] {
        weights.entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
            "\($0.key.onOneLine)  \($0.value.type.safetensors) \($0.value.shape)"
        }
    }

    private static func describe(_ entry: StateDictionary.Entry) -> JSON {
        [
            "dtype": .string(entry.type.safetensors),
            "shape": .array(entry.shape.map(JSON.integer)),
        ]
    }
}
