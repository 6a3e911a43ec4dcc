import CambiumTraining
import Testing

@Suite struct LearningRateScheduleTests {
    let schedule = LearningRateSchedule(
        peak: 1, warmup: 0.1, warmupSteps: 3, minimum: 0.01, totalSteps: 10)

    @Test func `the first two steps run at the warm-up rate, then it rises`() {
        #expect(schedule.rate(step: 1) == 0.1 && schedule.rate(step: 2) == 0.1)
        #expect(abs(schedule.rate(step: 3) - 0.4) < 1e-12)
        #expect(abs(schedule.rate(step: 4) - 0.7) < 1e-12)
    }

    @Test func `the cosine is not shifted by the warm-up and ends at the minimum`() {
        // Time 5 of 10 is the middle of the cosine.
        #expect(abs(schedule.rate(step: 7) - (0.01 + 0.5 * 0.99)) < 1e-12)
        #expect(schedule.rate(step: 12) == 0.01 && schedule.rate(step: 1000) == 0.01)
    }

    @Test func `no warm-up starts at the peak`() {
        let schedule = LearningRateSchedule(
            peak: 1, warmup: 0.1, warmupSteps: 0, minimum: 0, totalSteps: 4)
        #expect(schedule.rate(step: 1) == 1)
    }
}
