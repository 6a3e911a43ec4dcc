import CambiumTraining
import Testing

@Suite struct EarlyStoppingTests {
    /// The evaluation after which a run ends, nil where it does not.
    func end(_ stopping: EarlyStopping, _ values: [Double?]) -> Int? {
        var progress = EarlyStopping.Progress()
        return values.firstIndex { stopping.ends(after: $0, &progress) }
    }

    @Test func `a run ends after so many evaluations without a better value`() {
        let stopping = EarlyStopping(patience: 2)
        #expect(end(stopping, [0.1, 0.2, 0.2, 0.3, 0.3, 0.29, 0.9]) == 5)
        #expect(end(stopping, [0.1, 0.2, 0.1, 0.3, 0.2]) == nil)
        #expect(end(EarlyStopping(patience: 1), [0.5, 0.5]) == 1)
    }

    @Test func `a gain too small is none, and small ones do not add up unseen`() {
        let stopping = EarlyStopping(patience: 2, minimumGain: 0.05)
        #expect(end(stopping, [0.5, 0.54, 0.55]) == 2)
        // Measured against the value that counted last, as Keras and Lightning do.
        #expect(end(stopping, [0.5, 0.54, 0.58, 0.6]) == nil)
    }

    @Test func `an undefined value is no better one`() {
        #expect(end(EarlyStopping(patience: 2), [.nan, nil, 0.5]) == 1)
        #expect(end(EarlyStopping(patience: 3), [nil, .nan, 0.5, 0.4]) == nil)
    }

    @Test func `a resumed run ends where the other would have`() {
        let stopping = EarlyStopping(patience: 3)
        var first = EarlyStopping.Progress()
        for value in [0.4, 0.3] { #expect(!stopping.ends(after: value, &first)) }
        var resumed = EarlyStopping.Progress(best: first.best, waited: first.waited)
        #expect(!stopping.ends(after: 0.2, &resumed))
        #expect(stopping.ends(after: 0.1, &resumed))
    }
}
