import CambiumFiles
import CambiumLayers
import CambiumTorch
import CambiumTraining
import Testing

/// Against torch.optim.AdamW, clip_grad_norm_ and timm's scheduler (make_adamw_golden.py).
@Suite struct AdamWGoldenTests {
    private func parameters(_ golden: Golden, _ type: ElementType) throws -> ParameterBook {
        let shapes = try golden["shapes"].members
        let book = ParameterBook(ClosedForm(shapes.map(\.name), type))
        for (name, shape) in shapes { _ = try book.scope(name, shape.integers, .zeros) }
        return book
    }

    private func rules(_ golden: Golden) throws -> ParameterRules {
        var rules = ParameterRules()
        rules.noDecayModules = []
        rules.weightDecay = try golden["weight_decay"]["decayed"].number
        rules.decayPatterns = [("^plain", try golden["weight_decay"]["plain"].number)]
        return rules
    }

    /// Gives every parameter its gradient of step `step`, counted from 1.
    private func setGradients(_ book: ParameterBook, _ size: Double, step: Int) throws {
        for (t, (_, tensor)) in book.entries.enumerated() {
            let values = sines(tensor.count, 0.7, 1.3 * Double(t) + 0.9 * Double(step))
            let gradient = try Tensor(values.map { $0 * size }, tensor.shape)
            let type = try #require(tensor.type)
            try (tensor * gradient.converted(to: type)).sum().backward()
        }
    }

    @Test(arguments: [
        (ElementType.float64, "float64", 1e-12), (.float32, "float32", 1e-6),
        (.float32, "float64", 2e-6),
    ])
    func `six steps with clipping and smoothing equal torch's`(
        type: ElementType, reference: String, tolerance: Double
    ) throws {
        let golden = try Golden(file: "adamw_golden.json")
        let book = try parameters(golden, type)
        let groups = try ParameterGroups(rules(golden), names: book.entries.map(\.name)).groups
        #expect(groups.count == 2)
        let byName = Dictionary(uniqueKeysWithValues: book.entries.map { ($0.name, $0.tensor) })
        let optimizer = try AdamW(groups, byName)
        let ema = try EMA(book.entries, decay: golden["smoothing"].number)
        let clipping = try golden["clipping"].number
        let (rates, sizes) = (
            try golden["learning_rates"].numbers, try golden["sizes"].numbers
        )
        for (index, expected) in try golden[reference]["steps"].list.enumerated() {
            try setGradients(book, sizes[index], step: index + 1)
            let norm = try withoutGradients {
                try optimizer.step(learningRate: rates[index], clipping: clipping)
            }
            try ema.update(step: index + 1)
            expect([norm], [try expected["norm"].number], tolerance, "norm \(index + 1)")
            for (entries, key) in [(book.entries, "parameters"), (ema.averages, "smoothed")] {
                for (name, tensor) in entries {
                    expect(
                        try tensor.array(of: Double.self), try expected[key][name].numbers,
                        tolerance, "\(key) \(name), step \(index + 1)")
                }
            }
        }
        for (name, tensor) in optimizer.state {
            let words = name.split(separator: ".", maxSplits: 1).map(String.init)
            let moments = try golden[reference][words[0]][words[1]].numbers
            expect(try tensor.array(of: Double.self), moments, tolerance * 10, name)
        }
    }

    @Test func `rates equal timm's cosine stepped after the optimizer`() throws {
        for golden in try Golden(file: "schedule_golden.json")["schedules"].list {
            let schedule = LearningRateSchedule(
                peak: try golden["peak"].number, warmup: try golden["warmup"].number,
                warmupSteps: try golden["warmup_steps"].integer,
                minimum: try golden["minimum"].number,
                totalSteps: try golden["epochs"].integer * golden["steps_per_epoch"].integer)
            for (step, rate) in try golden["rates"].members {
                let found = schedule.rate(step: try #require(Int(step)))
                let error = abs(found - (try rate.number))
                #expect(error <= 1e-14 * schedule.peak, "step \(step)")
            }
        }
    }
}
