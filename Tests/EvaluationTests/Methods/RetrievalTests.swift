import CambiumEvaluation
import CambiumFiles
import Testing

@Suite struct RetrievalTests {
    private func table() -> (vectors: [Float], columns: [Int]) {
        var generator = SeededGenerator(seed: 12, 0)
        let vectors = (0..<30 * 7).map { _ in
            Float(Double(generator.index(below: 1001)) / 1000 - 0.5)
        }
        return (vectors, (0..<30).map { _ in generator.index(below: 4) })
    }

    @Test func `retrieval equals scikit-learn's average precision and counts written out`() throws {
        let expected = try PairedCases().expected
        let (vectors, columns) = table()
        let queries = Retrieval.Table(vectors: vectors, columns: columns, keys: [])
        let result = try Retrieval(
            queries: queries, gallery: nil, dimension: 7, classes: classes(4), depths: [5],
            bootstrap: Bootstrap(resamples: 20))
        for (name, value) in try #require(expected["retrieval"]?.object) {
            #expect(close(result.values[name], value.number), "\(name)")
            #expect(result.intervals?.values[name] != nil)
        }
        #expect(result.count == expected["queries"]?.integer && result.leftOut == 0)
    }

    @Test func `a gallery that holds the queries themselves finds them first`() throws {
        let (vectors, columns) = table()
        let rows = Retrieval.Table(vectors: vectors, columns: columns, keys: [])
        let result = try Retrieval(
            queries: rows, gallery: rows, dimension: 7, classes: classes(4), depths: [1],
            bootstrap: nil)
        #expect(result.values["precision_at_1"] == 1 && result.values["mrr"] == 1)
        #expect(result.intervals == nil)
        #expect(throws: EvaluationError.self) {
            try Retrieval(
                queries: Retrieval.Table(vectors: [1, 0, 0, 1], columns: [0, 1], keys: []),
                gallery: nil, dimension: 2, classes: classes(2), depths: [1], bootstrap: nil)
        }
    }
}
