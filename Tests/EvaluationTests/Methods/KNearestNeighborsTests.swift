import CambiumEvaluation
import CambiumFiles
import CambiumTestFolders
import Foundation
import Testing

private let fixture = Repository.fixture("EvaluationTests", "knn.cases.json")

private struct Tables {
    let train: [Float]
    let test: [Float]
    let labels: [Int]
    let width: Int
    let classes: Int
    let file: JSON

    init() throws {
        file = try JSON(file: fixture)
        let unit = Float(try #require(file["unit"]?.number))
        train = try #require(file["train"]?.array).compactMap(\.number).map { Float($0) / unit }
        test = try #require(file["test"]?.array).compactMap(\.number).map { Float($0) / unit }
        labels = try #require(file["train_labels"]?.array).compactMap(\.integer)
        width = try #require(file["width"]?.integer)
        classes = try #require(file["classes"]?.integer)
    }

    func classifier(
        _ k: Int, _ metric: VectorMetric, _ weights: KNearestNeighbors.Weights
    ) throws -> KNearestNeighbors {
        try KNearestNeighbors(
            train: train, dimension: width, labels: labels, classCount: classes, k: k,
            metric: metric, weights: weights)
    }
}

/// Random vectors; every seventh repeats an earlier one, so that ties are real.
private func randomVectors(_ count: Int, _ width: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    var rows: [[Float]] = []
    for row in 0..<count {
        let copied = row % 7 == 6 ? rows[row / 2] : nil
        rows.append(copied ?? (0..<width).map { _ in Float(generator.normal()) })
    }
    return rows.flatMap(\.self)
}

@Suite struct KNearestNeighborsTests {
    @Test(arguments: [1, 2, 5, 60], VectorMetric.allCases)
    func `shares and distances equal scikit-learn's`(k: Int, metric: VectorMetric) throws {
        let tables = try Tables()
        for weights in [KNearestNeighbors.Weights.uniform, .distance] {
            let classifier = try tables.classifier(k, metric, weights)
            let neighbors = try classifier.neighbors(of: tables.test, dimension: tables.width)
            let shares = classifier.scores(neighbors)
            let name = "\(k) \(metric) \(weights)"
            let expected = try #require(tables.file["shares"]?[name]?.array).compactMap(\.number)
            try #require(shares.count == expected.count)
            #expect(zip(shares, expected).allSatisfy { close($0, $1, 1e-9) }, "\(name)")
            let distances = try #require(tables.file["distances"]?["\(k) \(metric)"]?.array)
            let own = neighbors.dropFirst(2).flatMap { $0.prefix(5).map(\.distance) }
            #expect(zip(own, distances).allSatisfy { close($0, $1.number, 1e-9) })
            #expect(own.count == distances.count)
        }
    }

    @Test func `an identical vector is at exactly zero and alone votes`() throws {
        let tables = try Tables()
        for metric in VectorMetric.allCases {
            let classifier = try tables.classifier(5, metric, .distance)
            let neighbors = try classifier.neighbors(of: tables.test, dimension: tables.width)
            #expect(neighbors[0].prefix(2).map(\.row) == [10, 50])
            #expect(neighbors[0].prefix(2).allSatisfy { $0.distance == 0 })
            #expect(neighbors[1][0] == Neighbor(row: 3, distance: 0))
            #expect(classifier.scores([neighbors[1]]).max() == 1)
        }
    }

    @Test(arguments: VectorMetric.allCases, [1, 5, 33, 70])
    func `neighbours are the exact ones, ties by row`(metric: VectorMetric, width: Int) throws {
        let train = randomVectors(151, width, seed: 1)
        let test = randomVectors(67, width, seed: 1)
        let classifier = try KNearestNeighbors(
            train: train, dimension: width, labels: [Int](repeating: 0, count: 151),
            classCount: 1, k: 9, metric: metric)
        let found = try classifier.neighbors(of: test, dimension: width)
        for query in 0..<67 {
            let all = (0..<151).map { row in
                Neighbor(row: row, distance: exact(metric, train, row, test, query, width))
            }
            let sorted = all.sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }
            #expect(found[query].map(\.row) == sorted.prefix(9).map(\.row))
        }
    }

    private func exact(
        _ metric: VectorMetric, _ train: [Float], _ row: Int, _ test: [Float], _ query: Int,
        _ width: Int
    ) -> Double {
        func values(_ table: [Float], _ row: Int) -> [Double] {
            let values = table[row * width..<(row + 1) * width].map(Double.init)
            let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return metric == .l2 ? values : values.map { $0 * (1 / norm) }
        }
        let pairs = zip(values(train, row), values(test, query))
        let squares = pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return metric == .l2 ? squares.squareRoot() : squares / 2
    }

    @Test func `huge, tiny and zero vectors keep their order`() throws {
        for factor: Float in [1e-30, 1, 1e30] {
            let classifier = try KNearestNeighbors(
                train: [1, 2, 3, 0].map { $0 * factor }, dimension: 1, labels: [0, 1, 2, 3],
                classCount: 4, k: 4, metric: .l2)
            let rows = try classifier.neighbors(of: [2.2 * factor], dimension: 1)[0].map(\.row)
            #expect(rows == [1, 2, 0, 3])
        }
        let far = try KNearestNeighbors(
            train: [1e-38, 2e-38], dimension: 1, labels: [0, 1], classCount: 2, k: 1, metric: .l2)
        // Equal in float64, so by row.
        #expect(
            try far.neighbors(of: [3e38], dimension: 1)[0]
                == [Neighbor(row: 0, distance: Double(Float(3e38)))])
        let zero = try KNearestNeighbors(
            train: [0, 0, 1, 0], dimension: 2, labels: [0, 1], classCount: 2, k: 2)
        let neighbors = try zero.neighbors(of: [0, 0, -1, 0], dimension: 2)
        #expect(neighbors[0].map(\.distance) == [1, 1])
        #expect(neighbors[1] == [Neighbor(row: 0, distance: 1), Neighbor(row: 1, distance: 2)])
    }

    @Test func `softmax votes fall with the distance over the temperature`() throws {
        let classifier = try KNearestNeighbors(
            train: [1, 0, 0.8, 0.6, 0, 1], dimension: 2, labels: [0, 1, 2], classCount: 3, k: 3,
            weights: .softmax, temperature: 0.5)
        let votes = classifier.scores(try classifier.neighbors(of: [1, 0], dimension: 2))
        let expected = [0, 0.2, 1].map { exp(-$0 / 0.5) }
        let sum = expected.reduce(0, +)
        #expect(zip(votes, expected).allSatisfy { abs($0 - $1 / sum) < 1e-7 })
    }

    @Test(arguments: VectorMetric.allCases, [1, 40, 151])
    func `rows of a query's own group are not found`(metric: VectorMetric, count: Int) throws {
        let width = 8
        let train = randomVectors(151, width, seed: 3)
        let classifier = try KNearestNeighbors(
            train: train, dimension: width, labels: [Int](repeating: 0, count: 151),
            classCount: 1, k: 5, metric: metric)
        let queries = Array(train[..<(count * width)])
        // Leave-one-out, and groups of ten.
        for size in [1, 10] {
            let groups = (0..<151).map { $0 / size }
            let found = try classifier.neighbors(
                of: queries, dimension: width, groups: (groups, Array(groups[..<count])))
            let complete = try KNearestNeighbors(
                train: train, dimension: width, labels: [Int](repeating: 0, count: 151),
                classCount: 1, k: 151, metric: metric)
            let all = try complete.neighbors(of: queries, dimension: width).map { $0.map(\.row) }
            for query in 0..<count {
                let allowed = all[query].filter { groups[$0] != groups[query] }
                #expect(found[query].map(\.row) == Array(allowed.prefix(5)))
            }
        }
        let error = #expect(throws: EvaluationError.self) {
            _ = try classifier.neighbors(
                of: queries, dimension: width,
                groups: (.init(repeating: 1, count: 151), .init(repeating: 1, count: count)))
        }
        #expect(error?.description.contains("row 1") == true)
    }

    @Test func `unusable input is named`() throws {
        func make(_ train: [Float], k: Int = 1, labels: [Int] = [0, 1]) throws {
            _ = try KNearestNeighbors(
                train: train, dimension: 2, labels: labels, classCount: 2, k: k)
        }
        #expect(throws: EvaluationError.self) { try make([1, 2, 3, 4], k: 3) }
        #expect(throws: EvaluationError.self) { try make([1, 2, 3, 4], k: 0) }
        #expect(throws: EvaluationError.self) { try make([1, 2, 3]) }
        #expect(throws: EvaluationError.self) { try make([1, 2, 3, 4], labels: [0, 2]) }
        let error = #expect(throws: EvaluationError.self) { try make([1, 2, .nan, 4]) }
        #expect(error?.description.contains("row 2") == true)
    }
}
