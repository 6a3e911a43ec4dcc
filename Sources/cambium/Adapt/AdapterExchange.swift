internal import CambiumAdapters
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumJobs
internal import CambiumTorch

/// State dictionaries of other programs: Microsoft's `best_metric_model.pth` and the like.
enum AdapterExchange {
    /// Makes an adapter folder of a file's weights.
    static func read(_ path: String, classes: String, to out: String) throws {
        try Paths.requireFile(path)
        try Paths.requireFile(classes)
        let list = try EvaluateOptions.checked { try ClassList(file: classes) }
        let state = try Arguments.checked { try StateDictionary(path) }
        let configuration = try configuration(state, classes: list.count, path)
        let names = Head.shapes(configuration).map(\.name)
        let unknown = Set(state.entries.keys).subtracting(names).sorted()
        guard unknown.isEmpty else {
            throw UsageError("\(path): \(unknown[0]) is no parameter of the head")
        }
        let head = try Head(configuration) { name, _, _ in try state.tensor(name).array() }
        try AdapterFolder.write(
            head, labels: list.labels.map { ($0.id, $0.name) },
            details: [
                "imported": try InputFile(file: path).json,
                "program": .string(Release.version),
            ], to: out)
    }

    /// Writes an adapter folder's weights for `torch.load`.
    static func write(_ folder: String, to path: String) throws {
        try StateDictionary.writeTorchFile(AdapterFolder(folder).head.named, to: path)
    }

    /// The sizes of Microsoft's adapter, from the shapes of its weights.
    private static func configuration(
        _ state: StateDictionary, classes: Int, _ path: String
    ) throws -> HeadConfiguration {
        func shape(_ name: String, rank: Int) throws -> [Int] {
            guard let entry = state.entries[name], entry.shape.count == rank,
                entry.shape.allSatisfy({ (1...1 << 24).contains($0) })
            else {
                throw UsageError(
                    "\(path): lacks \(name), or has it in another shape; the adapter of "
                        + "Microsoft's samples (vision_embd, retrieval_conv, prediction_head) is "
                        + "expected")
            }
            return entry.shape
        }
        let first = try shape("vision_embd.0.weight", rank: 2)
        let convolution = try shape("retrieval_conv.0.weight", rank: 3)
        let last = try shape("prediction_head.0.weight", rank: 2)
        guard last[0] == classes else {
            throw UsageError("\(path): has \(last[0]) classes, the label file has \(classes)")
        }
        var configuration = HeadConfiguration(
            convolution[2] == 1 ? .mlpConvLean : .mlpConv, input: first[1], classes: classes)
        (configuration.inner, configuration.hidden) = (first[0], convolution[0])
        for (name, expected, _) in Head.shapes(configuration)
        where state.entries[name]?.shape != expected {
            let found = state.entries[name].map { "is \($0.shape)" } ?? "is missing"
            throw UsageError("\(path): \(name) \(found), the head needs \(expected)")
        }
        return configuration
    }
}
