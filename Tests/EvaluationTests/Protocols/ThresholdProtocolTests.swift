import CambiumEvaluation
import CambiumFiles
import Testing

@Suite struct ThresholdTests {
    @Test(arguments: ["f1", "f1-grid", "youden", "sensitivity=0.9", "specificity=0.8"])
    func `thresholds are the best of all written out`(name: String) throws {
        let cases = try PairedCases()
        let rows = try LabelledScores(cases.models()[0])
        let criterion = try #require(ThresholdCriterion(name))
        #expect(criterion.description == name)
        let result = try ThresholdProtocol(
            criterion, validation: rows, test: rows, isChosenOnTest: true, bootstrap: nil)
        let expected = try #require(cases.expected["thresholds"]?.array)
        for (threshold, entry) in zip(result.thresholds, expected) {
            #expect(close(threshold, entry[name]?.number, 1e-12))
        }
    }

    @Test(arguments: ["f2", "sensitivity", "sensitivity=0", "specificity=1.5", "=", "f1=0.3"])
    func `other criteria are refused`(name: String) {
        #expect(ThresholdCriterion(name) == nil)
    }

    @Test func `a class that is missing where thresholds are chosen is never predicted`() throws {
        let list = try classes(2)
        let validation = try Predictions(
            classes: list, truth: [0, 0], scores: [0.9, 0.1, 0.8, 0.2])
        let test = try Predictions(classes: list, truth: [0, 1], scores: [0.9, 0.1, 0.2, 0.8])
        let result = try ThresholdProtocol(
            .f1, validation: LabelledScores(validation), test: LabelledScores(test),
            isChosenOnTest: false, bootstrap: nil)
        #expect(result.thresholds == [0.8, .infinity])
        #expect(result.metrics.perClass[1].threshold == nil)
        #expect(result.metrics.notes["per_class.2.threshold"]?.contains("never") == true)
        #expect(result.metrics.perClass.map(\.falseNegatives) == [0, 1])
        #expect(result.metrics.rowsWithoutClass.predicted == 1)
    }
}
