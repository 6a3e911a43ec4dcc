import CambiumAdapters
import CambiumFiles
import CambiumJobs
import CambiumTestFolders
import CambiumTraining
import Testing

/// Heads as a library's caller trains and measures them.
@Suite struct AdapterJobTests {
    private let clouds: Clouds
    private let listener = Listener()

    init() throws { clouds = try Clouds() }

    private func options(_ name: String, _ head: HeadChoice) throws -> AdapterOptions {
        var options = AdapterOptions(
            train: try clouds.table("train", rows: 60, seed: 1),
            validation: try clouds.table("validation", rows: 30, seed: 2),
            out: clouds.place(name))
        (options.head, options.hidden) = (head, 16)
        (options.recipe.epochs, options.recipe.learningRate) = (10, 0.02)
        return options
    }

    @Test(arguments: [HeadChoice.kind(.mlp), .prototype, .logistic])
    func `a head is trained, kept and measured`(_ head: HeadChoice) throws {
        let log = Log(to: listener)
        let metrics = try AdapterJob(try options("head", head), log: log).run()
        let accuracy = try #require(metrics.first { $0.name == "accuracy" }?.value)
        #expect(accuracy > 0.6)
        var output = EvaluationOptions(out: clouds.place("measured"))
        output.resamples = 20
        let result = try AdapterEvaluation(
            adapter: clouds.place("head"),
            test: try clouds.table("validation", rows: 30, seed: 2), output
        ).run(log: log)
        guard case .measured = result else {
            throw Unexpected(result: "\(String(describing: result))")
        }
        #expect(try clouds.number("accuracy", in: "measured/metrics.json") == accuracy)
        if case .kind = head {
            #expect(listener.heard.first == "adapt 0 of 10 epochs")
            #expect(listener.heard.contains { $0.hasPrefix("note kept epoch") })
        }
    }

    @Test func `labels that are elsewhere leave scores`() throws {
        var options = try options("labels", .kind(.linear))
        for (name, rows) in [("train", 60), ("validation", 30)] {
            let labels = (0..<rows).flatMap { row in (0..<3).map { Float($0 == row % 3 ? 1 : 0) } }
            try NPY.write(labels, shape: [rows, 3], to: clouds.place("\(name)-labels.npy"))
        }
        options.labels = (
            clouds.place("train-labels.npy"), clouds.place("validation-labels.npy")
        )
        options.classes = try clouds.folder.write(
            Clouds.classes.joined(separator: "\n"), to: "classes.txt")
        options.recipe.trackedMetric = "mauc"
        try AdapterJob(options, log: Log(to: listener)).run()
        let job = AdapterEvaluation(
            adapter: clouds.place("labels"), test: options.validation,
            EvaluationOptions(out: clouds.place("scores")))
        guard case .scores(let path) = try job.run(log: Log(to: listener)) else {
            throw Unexpected(result: "measured")
        }
        #expect(try NPY(path).shape == [30, 3])
        #expect(listener.heard.last?.contains("give --labels to measure them") == true)
    }

    @Test func `weights travel to other programs and back`() throws {
        var options = try options("mine", .kind(.mlpConvLean))
        options.recipe.epochs = 1
        try AdapterJob(options).run()
        let file = clouds.place("weights.pth")
        try AdapterExchange.write(clouds.place("mine"), to: file)
        let classes = try clouds.folder.write(
            Clouds.classes.joined(separator: "\n"), to: "classes.txt")
        try AdapterExchange.read(file, classes: classes, to: clouds.place("theirs"))
        #expect(
            try FileSystem.read(clouds.place("mine/adapter.safetensors"))
                == FileSystem.read(clouds.place("theirs/adapter.safetensors")))
    }

    @Test func `every kind of head can be chosen by its name`() {
        for choice in HeadChoice.allCases {
            #expect(HeadChoice(rawValue: choice.rawValue) == choice)
        }
        let names = Set(HeadChoice.allCases.map(\.rawValue))
        #expect(names.isSuperset(of: HeadConfiguration.Kind.allCases.map(\.rawValue)))
        #expect(HeadChoice(rawValue: "mlpconv") == nil)
    }

    private struct Unexpected: Error { let result: String }
}
