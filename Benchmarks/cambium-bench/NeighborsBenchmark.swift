import CambiumEvaluation
import CambiumFiles

/// K nearest neighbours of every test row and, where there are classes (`--classes`, columns in
/// `NAME.labels.npy` beside), the votes and all metrics.
enum NeighborsBenchmark {
    static func run(_ arguments: [String]) throws -> String {
        let options = try BenchmarkOptions(
            arguments, known: ["train", "test", "k", "metric", "classes", "iterations"])
        let (train, test) = (try NPY(options.text("train")), try NPY(options.text("test")))
        guard let metric = VectorMetric(rawValue: try options.text("metric")) else {
            throw BenchmarkError(description: "--metric must be cosine or l2")
        }
        let classes = try options.count("classes", 1)
        let labels = try Self.labels(options.text("train"), train.rows, classes)
        let truth = try Self.labels(options.text("test"), test.rows, classes)
        let list = try ClassList((0..<classes).map { ClassLabel(id: $0, name: "\($0)") })
        let (queries, clock) = (try test.floats(), ContinuousClock())
        var (built, seconds): (Double, [Double]) = (0, [])
        var classifier: KNearestNeighbors?
        built =
            try clock.measure {
                classifier = try KNearestNeighbors(
                    train: train.floats(), dimension: train.columns, labels: labels,
                    classCount: classes, k: options.count("k", 10), metric: metric)
            } / .seconds(1)
        var accuracy = 0.0
        var first: [Int] = []
        for _ in 0..<(try options.count("iterations", 5)) {
            seconds.append(
                try clock.measure {
                    guard let classifier else { return }
                    let found = try classifier.neighbors(of: queries, dimension: test.columns)
                    first = found[0].map(\.row)
                    guard classes > 1 else { return }
                    accuracy = try ClassificationMetrics(
                        Predictions(
                            classes: list, truth: truth, scores: classifier.scores(found))
                    ).accuracy
                } / .seconds(1))
        }
        return JSON.object([
            "accuracy": .number(accuracy), "built_s": .number(built),
            "first": .array(first.map(JSON.integer)),
            "seconds": .array(seconds.map(JSON.number)),
        ]).line
    }

    private static func labels(_ path: String, _ rows: Int, _ classes: Int) throws -> [Int] {
        guard classes > 1 else { return .init(repeating: 0, count: rows) }
        return try NPY(path.dropLast(4) + ".labels.npy").integers()
    }
}
