internal import CambiumFiles
internal import CambiumTraining
internal import Foundation

/// Shows a training run: a progress line with loss, learning rate, throughput and time left, and
/// a line for each evaluation.
final class TrainingReporter {
    private let log: Log
    private var progress: JobProgress?

    /// Steps until the learning rate is at its height.
    private let warmup: Int

    init(_ log: Log, warmup: Int) { (self.log, self.warmup) = (log, warmup) }

    func report(_ event: TrainerEvent) {
        switch event {
        case .started(let step, let steps, let perEpoch, let trained, let frozen):
            log.note(
                "\(steps) steps, \(perEpoch) an epoch"
                    + (step > 0 ? ", going on after step \(step)" : "")
                    + "; \(trained) tensors trained, \(frozen) frozen")
            if warmup >= steps {
                log.warning(
                    "the warm-up of \(warmup) steps is no shorter than the run of \(steps): the "
                        + "learning rate never reaches its height; lower "
                        + "LR_SCHEDULER_PARAMS.warmup_steps or train longer")
            }
            progress = log.progress("train", total: steps, unit: "steps", from: step)
        case .step(let record): show(record)
        case .evaluated(let step, let metrics, let isBest):
            log.note(
                "validation after step \(step): \(Self.text(metrics))\(isBest ? " (best)" : "")",
                Self.fields(metrics, step))
        case .saved: break
        case .notSaved(let step, let reason):
            log.warning(
                step > 0
                    ? "no checkpoint at step \(step): \(reason); training goes on and tries again"
                    : "the start's weights cannot be kept: \(reason); training goes on, and the "
                        + "start cannot be the best")
        case .skipped(let step, let loss, let norm, let keys):
            log.warning(
                "step \(step) left out: loss \(loss), norm of the gradients \(norm); its images: "
                    + keys.prefix(8).joined(separator: ", "))
        case .endedEarly(let step):
            log.note("ended after step \(step): the tracked metric no longer rises")
        case .processes(let before, let now):
            log.note(
                "processes: \(before) before, \(now) now: the same batches in the same order, sums "
                    + "in another one")
        }
    }

    private func show(_ record: StepRecord) {
        let detail = String(
            format: "epoch %.2f, loss %.4f, lr %.3g, %.1f images/s", record.epoch,
            record.loss, record.learningRate, record.imagesPerSecond)
        progress?.update(
            record.step, detail,
            [
                "loss": .finite(record.loss), "learning_rate": .finite(record.learningRate),
                "images_per_second": .finite(record.imagesPerSecond),
                "seconds_left": .finite(record.secondsLeft), "epoch": .finite(record.epoch),
            ])
        if record.step == record.steps { progress?.finish() }
    }

    private static func text(_ metrics: [(name: String, value: Double?)]) -> String {
        metrics.map { metric in
            "\(metric.name) " + (metric.value.map { String(format: "%.4f", $0) } ?? "undefined")
        }.joined(separator: ", ")
    }

    private static func fields(
        _ metrics: [(name: String, value: Double?)], _ step: Int
    ) -> [String: JSON] {
        var fields: [String: JSON] = ["step": .integer(step)]
        for metric in metrics { fields[metric.name] = .finite(metric.value) }
        return fields
    }
}
