import CambiumEvaluation
import CambiumImaging
import Foundation
import Testing

@Suite struct BaselineTests {
    @Test func `a class of several templates is the mean direction of their texts`() throws {
        let known: [String: [Float]] = [
            "a": [1, 0], "b": [0.6, 0.8], "an a": [0, 1], "an b": [0.6, 0.8],
        ]
        func embed(_ texts: [String]) throws -> [Float] {
            try texts.flatMap { try #require(known[$0]) }
        }
        let both = try ZeroShot.classTexts(
            ["a", "b"], templates: ["{}", "an {}"], dimension: 2, embed)
        let half = Float(0.5.squareRoot())
        #expect(zip(both, [half, half, 0.6, 0.8]).allSatisfy { abs($0 - $1) < 1e-6 })
        let one = try ZeroShot.classTexts(["a", "b"], templates: ["{}"], dimension: 2, embed)
        #expect(one == [1, 0, 0.6, 0.8])
    }

    @Test func `zero-shot is the softmax of scaled cosines`() throws {
        let scores = try ZeroShot.scores(
            images: [3, 4, 0, -2], texts: [5, 0, 0, 0.5], dimension: 2, logitScale: 2)
        let t = exp(2.0)
        func softmax(_ a: Double, _ b: Double) -> [Double] {
            let (x, y) = (exp(t * a), exp(t * b))
            return [x / (x + y), y / (x + y)]
        }
        let expected = softmax(0.6, 0.8) + softmax(0, -1)
        #expect(scores.count == 4)
        #expect(zip(scores, expected).allSatisfy { close($0, $1, 1e-12) })
        let sharp = try ZeroShot.scores(
            images: [1, 0], texts: [1, 0, 0, 1], dimension: 2, logitScale: 30)
        #expect(sharp == [1, 0])
        #expect(throws: EvaluationError.self) {
            try ZeroShot.scores(images: [1, 0], texts: [], dimension: 2, logitScale: 1)
        }
        #expect(throws: EvaluationError.self) {
            try ZeroShot.scores(images: [1], texts: [1], dimension: 1, logitScale: .nan)
        }
    }

    @Test func `the majority line gives every row the training shares`() throws {
        let scores = try MajorityClass.scores(train: [2, 2, 0, 2], classCount: 3, rows: 2)
        #expect(scores == [0.25, 0, 0.75, 0.25, 0, 0.75])
        #expect(throws: EvaluationError.self) {
            try MajorityClass.scores(train: [], classCount: 3, rows: 2)
        }
        #expect(throws: EvaluationError.self) {
            try MajorityClass.scores(train: [3], classCount: 3, rows: 2)
        }
    }

    @Test func `raw pixels are the resized image from 0 to 1, centred by the training mean`() {
        let image = RGBImage(width: 2, height: 2, grey: [0, 255, 0, 255])
        let row = RawPixels.embedding(of: image, side: 2)
        #expect(row == [0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1])
        #expect(RawPixels.embedding(of: image, side: 32).count == 3072)
        var (train, test): ([Float], [Float]) = ([1, 2, 3, 6], [5, 5])
        RawPixels.center(train: &train, test: &test, dimension: 2)
        #expect(train == [-1, -2, 1, 2] && test == [3, 1])
    }
}
