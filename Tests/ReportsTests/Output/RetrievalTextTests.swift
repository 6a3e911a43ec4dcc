import CambiumEvaluation
import CambiumReports
import Testing

@Suite struct RetrievalTextTests {
    @Test func `metrics stand in the order of their bytes, whatever the locale`() throws {
        let result = try Retrieval(
            queries: Retrieval.Table(
                vectors: [1, 0, 1, 0, 0, 1, 0, 1], columns: [0, 0, 1, 1],
                keys: ["a", "b", "c", "d"]),
            gallery: nil, dimension: 2,
            classes: ClassList([ClassLabel(id: 1, name: "one"), ClassLabel(id: 2, name: "two")]),
            depths: [5, 10], bootstrap: nil)
        let names = result.markdown.split(separator: "\n").compactMap { line in
            line.hasPrefix("| ") ? line.split(separator: "|")[0].dropFirst().dropLast() : nil
        }
        #expect(
            names == [
                "Metric", "hit at 10", "hit at 5", "map", "mrr", "precision at 10",
                "precision at 5", "r precision", "recall at 10", "recall at 5",
            ])
        let document = result.document(Provenance(command: ["cambium"], inputs: []))
        #expect(document.contains(#""command": ["#) && document.contains(#""task": "retrieval""#))
    }
}
