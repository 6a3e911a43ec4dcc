import CambiumAdapters
import CambiumFiles
import CambiumTestFolders
import Foundation
import Testing

/// Logistic regression beside scikit-learn's (Fixtures/make_logistic.py).
@Suite struct LogisticRegressionTests {
    private struct Case {
        let rows: HeadRows
        let classes: Int
        let json: JSON

        init(_ json: JSON) throws {
            self.json = json
            classes = try #require(json["classes"]?.integer)
            rows = HeadRows(
                embeddings: try Self.numbers(json["x"]).map(Float.init),
                classes: try #require(json["y"]?.array).compactMap(\.integer))
        }

        static func numbers(_ json: JSON?) throws -> [Double] {
            try #require(json?.array).compactMap(\.number)
        }

        var weights: [Float]? {
            guard json["balanced"] == true else { return nil }
            return (0..<classes).map { column in
                let count = rows.classes.filter { $0 == column }.count
                return Float(Double(rows.count) / Double(classes * count))
            }
        }
    }

    private func cases() throws -> [Case] {
        let path = Repository.fixture("AdaptersTests", "logistic.json")
        return try #require(JSON(file: path)["cases"]?.array).map(Case.init)
    }

    @Test func `coefficients and probabilities equal scikit-learn's`() throws {
        for entry in try cases() {
            var regression = LogisticRegression()
            (regression.tolerance, regression.classWeights) = (1e-12, entry.weights)
            let strength = try #require(entry.json["strength"]?.number)
            // A path's last model is the same as one fitted from the beginning.
            for path in [[strength], [strength / 100, strength / 10, strength]] {
                let model = try #require(
                    regression.fit(entry.rows, classes: entry.classes, path: path).last)
                let coefficients = try Case.numbers(entry.json["coefficients"])
                #expect(model.weights.count == coefficients.count)
                for (a, b) in zip(model.weights, coefficients) {
                    #expect(abs(a - b) < 1e-6 * max(1, abs(b)), "\(a) \(b)")
                }
                // Of several classes all intercepts may move together.
                let intercepts = try Case.numbers(entry.json["intercepts"])
                let shift =
                    entry.classes == 2
                    ? 0
                    : zip(model.intercepts, intercepts).reduce(0) { $0 + $1.0 - $1.1 }
                        / Double(entry.classes)
                for (a, b) in zip(model.intercepts, intercepts) {
                    #expect(abs(a - b - shift) < 1e-6 * max(1, abs(b)))
                }
                let logits = model.logits(
                    Array(entry.rows.embeddings[..<(4 * entry.rows.width)]), classes: entry.classes)
                let own = HeadNetwork.probabilities(
                    logits, classes: entry.classes, task: .single, temperature: 1)
                for (a, b) in zip(own, try Case.numbers(entry.json["probabilities"])) {
                    #expect(abs(a - b) < 1e-6)
                }
            }
        }
    }

    @Test func `several labels a row are as many models of their own`() throws {
        let entry = try cases()[2]
        let columns = 3
        let labels = (0..<entry.rows.count * columns).map { Float($0 * $0 % 5 == 0 ? 1 : 0) }
        var regression = LogisticRegression()
        regression.tolerance = 1e-10
        let together = try #require(
            regression.fit(
                HeadRows(
                    embeddings: entry.rows.embeddings, labels: labels, count: entry.rows.count),
                classes: columns, path: [2]
            ).first)
        for column in 0..<columns {
            let own = HeadRows(
                embeddings: entry.rows.embeddings,
                classes: (0..<entry.rows.count).map { Int(labels[$0 * columns + column]) })
            let alone = try #require(regression.fit(own, classes: 2, path: [2]).first)
            let width = entry.rows.width
            let part = together.weights[column * width..<(column + 1) * width]
            #expect(zip(part, alone.weights).allSatisfy { abs($0 - $1) < 1e-6 })
        }
    }
}
