import CambiumEvaluation
import Testing

@Suite struct MetricTests {
    @Test func `every metric has a key of its own and stands in the comparison`() {
        let keys = Metric.all.map(\.key)
        #expect(Set(keys).count == keys.count)
        #expect(Set(Metric.keys(.comparison)) == Set(keys))
    }

    @Test(arguments: Metric.Table.allCases)
    func `no two metrics claim one place of a table`(table: Metric.Table) {
        let orders = Metric.all.compactMap { $0.places[table]?.order }
        #expect(!orders.isEmpty && Set(orders).count == orders.count)
    }

    @Test func `a new entry stands at the end of every table of its scope`() {
        let single = Metric("kappa", "Cohen's kappa", .single) { _ in 0.5 }
        #expect(single.path == ["kappa"] && single.isHigherBetter)
        #expect(
            Set(single.places.keys) == [
                .comparison, .differences, .subgroups, .headline, .section, .modelCard,
                .inspection, .training, .heads,
            ])
        let several = Metric("coverage", "Coverage", .several)
        #expect(
            Set(several.places.keys) == [
                .comparison, .differences, .subgroups, .severalHeadline, .severalSummary,
                .severalSection,
            ])
        let known = Metric.all.flatMap { $0.places.values.map(\.order) }
        #expect(single.places.values.allSatisfy { place in known.allSatisfy { $0 < place.order } })
    }

    /// The tables' columns as they were agreed, not as the list stands.
    @Test func `columns stand in the order of their places, under the names given there`() {
        #expect(
            Metric.keys(.headline).prefix(4)
                == ["macro_f1", "micro_f1", "accuracy", "balanced_accuracy"])
        let section = Metric.columns(.section).map(\.title)
        #expect(section.prefix(2) == ["macro F1, present", "weighted F1"])
    }

    @Test func `errors are better when they are smaller`() {
        let errors = Metric.all.filter { !$0.isHigherBetter }.map(\.key)
        #expect(Set(errors) == ["ece", "brier", "nll", "hamming_loss"])
    }
}
