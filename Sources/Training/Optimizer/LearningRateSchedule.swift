internal import Glibc

/// Linear warm-up, then a cosine over the whole run (Loshchilov and Hutter, 2017), as
/// MedImageInsight's trainer applies timm's scheduler: the cosine is not shifted by the warm-up,
/// and since the scheduler steps after the optimizer, the first two steps both run at the
/// warm-up rate.
package struct LearningRateSchedule: Sendable, Equatable {
    /// The rate after warm-up.
    package var peak: Double
    /// The rate at the start.
    package var warmup: Double
    /// Steps from the warm-up rate to the peak.
    package var warmupSteps: Int
    /// The rate at the end.
    package var minimum: Double
    /// Steps of the whole run.
    package var totalSteps: Int

    /// A schedule.
    package init(
        peak: Double, warmup: Double, warmupSteps: Int, minimum: Double, totalSteps: Int
    ) {
        (self.peak, self.warmup, self.warmupSteps) = (peak, warmup, warmupSteps)
        (self.minimum, self.totalSteps) = (minimum, totalSteps)
    }

    /// The rate of optimizer step `step`, counted from 1.
    package func rate(step: Int) -> Double { rate(time: max(0, step - 2)) }

    /// The rate at a scheduler time, counted from 0.
    func rate(time: Int) -> Double {
        if time < warmupSteps {
            return warmup + Double(time) * (peak - warmup) / Double(warmupSteps)
        }
        guard time < totalSteps else { return minimum }
        let angle = Double.pi * Double(time) / Double(totalSteps)
        return minimum + 0.5 * (peak - minimum) * (1 + cos(angle))
    }
}
