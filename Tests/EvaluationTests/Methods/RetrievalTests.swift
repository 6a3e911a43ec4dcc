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

    @Test func `queries that are captions of one row each have an honest interval`() throws {
        // 157 pairs of an image and its text; 18 images find theirs first.
        let texts = (0..<157).flatMap { row in (0..<157).map { Float($0 == row ? 1 : 0) } }
        let images = (0..<157).flatMap { row in
            let found = row < 18 ? row : (row + 1) % 157
            return (0..<157).map { Float($0 == found ? 1 : 0) }
        }
        func table(_ vectors: [Float]) -> Retrieval.Table {
            Retrieval.Table(vectors: vectors, columns: Array(0..<157), keys: [])
        }
        let result = try Retrieval(
            queries: table(images), gallery: table(texts), dimension: 157, classes: classes(157),
            depths: [1], bootstrap: Bootstrap(resamples: 400))
        #expect(result.intervals?.drawn == "rows" && result.notes.isEmpty)
        let interval = try #require(result.intervals?.values["hit_at_1"])
        #expect(abs(interval.lower - 0.0738) < 0.01 && abs(interval.upper - 0.1739) < 0.012)
    }

    @Test func `few patients make a rough interval, and that is said`() throws {
        let (vectors, columns) = table()
        let groups = columns.indices.map { "\($0 % 5)" }
        let result = try Retrieval(
            queries: Retrieval.Table(vectors: vectors, columns: columns, keys: []),
            gallery: nil, dimension: 7, classes: classes(4), depths: [1],
            bootstrap: Bootstrap(resamples: 100, groups: groups))
        #expect(result.intervals?.drawn == "groups")
        #expect(result.notes["intervals"]?.contains("5 groups") == true)
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
