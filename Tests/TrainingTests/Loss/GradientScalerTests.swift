import CambiumFiles
import CambiumTraining
import Testing

@Suite struct GradientScalerTests {
    @Test(arguments: [Precision.float32, .bfloat16])
    func `only float16 scales`(precision: Precision) {
        var scaler = GradientScaler(precision)
        for step in 0..<5000 { scaler.update(finite: step % 7 != 0, precision) }
        #expect(scaler == GradientScaler(precision) && scaler.scale == 1)
    }

    /// PyTorch's rule, counted from the whole history each time: half for each step that was not
    /// finite, double for every 2000 finite ones in a row.
    @Test func `the factor is what the history of steps makes it`() {
        var generator = SeededGenerator(seed: 8)
        var history: [Bool] = []
        var scaler = GradientScaler(.float16)
        #expect(scaler.scale == 65536)
        for _ in 0..<12 {
            let run = generator.index(below: 5000)
            for finite in Array(repeating: true, count: run) + [false] {
                scaler.update(finite: finite, .float16)
                history.append(finite)
            }
            let runs = history.split(separator: false, omittingEmptySubsequences: false)
            let doubled = runs.reduce(0) { $0 + $1.count / 2000 }
            let halved = history.count { !$0 }
            var expected = 65536.0
            for _ in 0..<doubled { expected *= 2 }
            for _ in 0..<halved { expected /= 2 }
            #expect(scaler.scale == expected && scaler.steps == 0)
        }
    }

    @Test func `one that goes on where it stood goes on to the same`() {
        var whole = GradientScaler(.float16)
        for _ in 0..<1500 { whole.update(finite: true, .float16) }
        var resumed = GradientScaler(scale: whole.scale, steps: whole.steps)
        for _ in 0..<499 { resumed.update(finite: true, .float16) }
        #expect(resumed.scale == 65536 && resumed.steps == 1999)
        resumed.update(finite: true, .float16)
        #expect(resumed.scale == 131_072 && resumed.steps == 0)
    }
}
