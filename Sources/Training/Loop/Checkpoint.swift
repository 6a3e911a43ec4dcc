internal import CambiumFiles
package import CambiumTorch

/// Where a run stood.
public struct RunState: Sendable, Equatable {
    /// Optimizer steps taken.
    public var step = 0
    /// The best value of the tracked metric so far.
    public var best: Double?
    /// The step it was measured at.
    public var bestStep: Int?
    /// Steps that were left out since their loss or gradients were not finite.
    public var skipped = 0
    /// The last of these that followed each other without a good one between.
    public var skippedInRow = 0
    /// The factor on float16 gradients.
    public var scaler = GradientScaler(.float32)
    /// How long the tracked metric has not risen.
    public var waiting = EarlyStopping.Progress()
    /// Processes that computed it.
    public var processes = 1
    /// Losses of this epoch that the log has not seen yet.
    public var losses = LossSum()

    /// A run that has not begun.
    public init() {}
}

/// What a mean loss is made of.
public struct LossSum: Sendable, Equatable {
    /// The sum.
    public var sum = 0.0
    /// How many.
    public var count = 0

    /// None.
    public init() {}
}

/// The members of `state.json`, flat. What a checkpoint of an earlier version does not say is as it
/// was then.
extension RunState: Codable {
    private enum CodingKeys: String, CodingKey {
        case step, best, skipped, waited, processes
        case bestStep = "best_step"
        case skippedInRow = "skipped_in_row"
        case scale = "gradient_scale"
        case scaleSteps = "gradient_scale_steps"
        case waitingBest = "waiting_best"
        case lossSum = "loss_sum"
        case lossCount = "loss_count"
    }

    /// Writes the state; losses only where there are any.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(step, forKey: .step)
        try members.encode(best, forKey: .best)
        try members.encode(bestStep, forKey: .bestStep)
        try members.encode(skipped, forKey: .skipped)
        try members.encode(skippedInRow, forKey: .skippedInRow)
        try members.encode(scaler.scale, forKey: .scale)
        try members.encode(scaler.steps, forKey: .scaleSteps)
        try members.encode(waiting.best, forKey: .waitingBest)
        try members.encode(waiting.waited, forKey: .waited)
        try members.encode(processes, forKey: .processes)
        guard losses.count > 0 else { return }
        try members.encode(losses.sum, forKey: .lossSum)
        try members.encode(losses.count, forKey: .lossCount)
    }

    /// Reads the state.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        func number(_ key: CodingKeys) throws -> Double? {
            try members.decodeIfPresent(Double.self, forKey: key)
        }
        // The processes agree on whole numbers as Doubles, which hold no more than these.
        let most = 1 << 53
        step = try members.decode(.step, "a whole number from 0 to \(most)") {
            (0...most).contains($0)
        }
        // All else that is counted is counted once a step at most.
        func count(_ key: CodingKeys, from least: Int = 0) throws -> Int? {
            guard try members.decodeIfPresent(Int.self, forKey: key) != nil else { return nil }
            return try members.decode(key, "a whole number from \(least) to step, \(step)") {
                least <= $0 && $0 <= step
            }
        }
        (best, bestStep) = (try number(.best), try count(.bestStep))
        skipped = try count(.skipped) ?? 0
        skippedInRow = try count(.skippedInRow) ?? 0
        waiting = EarlyStopping.Progress(
            best: try number(.waitingBest), waited: try count(.waited) ?? 0)
        if try members.decodeIfPresent(Int.self, forKey: .processes) != nil {
            processes = try members.decode(.processes, "a whole number from 1 to \(most)") {
                (1...most).contains($0)
            }
        }
        let scale = try number(.scale) ?? 1
        guard scale > 0 else { throw members.refusal(.scale, "must be above 0, not \(scale)") }
        scaler = GradientScaler(scale: scale, steps: try count(.scaleSteps) ?? 0)
        losses.sum = try number(.lossSum) ?? 0
        losses.count = try count(.lossCount) ?? 0
    }
}

/// The checkpoints of a run folder: `checkpoints/step-00000100/`, each whole or absent, and the
/// relative links `last` and `best`.
package struct CheckpointStore {
    private let folder: String
    private let recipeDigest: String
    private let dataDigest: String
    private let weightsDigest: String
    private let keeping: Int

    /// The checkpoints of a run whose complete recipe has this text.
    /// - Parameters:
    ///   - data: what tells its images and texts from others.
    ///   - weights: what tells the weights that it starts from from others.
    ///   - keeping: how many of the newest stay, besides the best.
    package init(
        run folder: String, recipe: String, data: String = "", weights: String = "",
        keeping: Int = 2
    ) {
        (self.folder, self.keeping) = (folder, keeping)
        recipeDigest = Digest.sha256(Array(recipe.utf8))
        dataDigest = Digest.sha256(Array(data.utf8))
        weightsDigest = Digest.sha256(Array(weights.utf8))
    }

    /// What a checkpoint holds besides its state.
    package typealias Tensors = [(name: String, tensor: Tensor)]

    /// Writes a checkpoint under a temporary name, renames it, moves the links, and removes what
    /// is neither one of the newest nor the best.
    package func save(
        _ state: RunState, model: Tensors, optimizer: Tensors, smoothed: Tensors?
    ) throws {
        let parent = "\(folder)/checkpoints"
        try FileSystem.makeFolder(parent)
        let name = Self.name(state.step)
        let staging = try StagedFolder("\(parent)/\(name)")
        try write(model: model, smoothed: smoothed, to: staging)
        try SafeTensors.write(optimizer, to: "\(staging.path)/optimizer.safetensors")
        let record = JSON.encode(state).adding([
            "schema_version": 1, "recipe_sha256": .string(recipeDigest),
            "data_sha256": .string(dataDigest), "start_sha256": .string(weightsDigest),
        ])
        try FileSystem.write(record.document, to: "\(staging.path)/state.json")
        try FileSystem.remove("\(parent)/\(name)")
        try staging.commit()
        try FileSystem.link("\(folder)/last", to: "checkpoints/\(name)")
        if state.bestStep == state.step { try linkBest(state.step) }
        try prune(state)
    }

    /// Writes the weights before the first step and links them as the best. Nothing goes on from
    /// them: `last` does not lead there, and there is no state.
    package func saveStart(model: Tensors, smoothed: Tensors?) throws {
        let parent = "\(folder)/checkpoints"
        try FileSystem.makeFolder(parent)
        let staging = try StagedFolder("\(parent)/\(Self.name(0))")
        try write(model: model, smoothed: smoothed, to: staging)
        try FileSystem.remove("\(parent)/\(Self.name(0))")
        try staging.commit()
        try linkBest(0)
    }

    private func write(
        model: Tensors, smoothed: Tensors?, to staging: StagedFolder
    ) throws {
        try SafeTensors.write(model, to: "\(staging.path)/model.safetensors")
        if let smoothed {
            try SafeTensors.write(smoothed, to: "\(staging.path)/ema.safetensors")
        }
    }

    /// Does what a process had no time for that was killed after its newest checkpoint stood: the
    /// link `best`, and removing what is no longer kept or was never finished.
    package func settle(_ state: RunState) throws {
        if let best = state.bestStep { try linkBest(best) }
        try prune(state)
    }

    private func linkBest(_ step: Int) throws {
        try FileSystem.link("\(folder)/best", to: "checkpoints/\(Self.name(step))")
    }

    /// The state of the newest checkpoint, nil when there is none.
    /// - Throws: ``TrainingError/run(path:reason:)`` when it belongs to another recipe, other
    ///   data or other starting weights, or the link `last` leads nowhere.
    package func lastState() throws -> RunState? {
        let path = "\(folder)/last/state.json"
        guard FileSystem.kind(path) != nil else {
            // A run that never came to a checkpoint has no link: it may begin.
            guard !FileSystem.isLink("\(folder)/last") else {
                throw TrainingError.run(
                    path: "\(folder)/last",
                    reason: "leads to a checkpoint that is not there or has no state.json; point "
                        + "it to another one in \(folder)/checkpoints, or remove it to start anew")
            }
            return nil
        }
        let json = try JSON(file: path)
        guard json["recipe_sha256"]?.string == recipeDigest else {
            throw TrainingError.run(
                path: folder,
                reason: "was started with another recipe, model or data set; resume with the "
                    + "same one (its config.yaml says which) or choose another --out")
        }
        // Checkpoints of earlier versions do not say what they were trained on.
        if let data = json["data_sha256"], data != .string(dataDigest) {
            throw TrainingError.run(
                path: folder,
                reason: "was trained on other images or texts than the data set holds now; bring "
                    + "those back to resume, or choose another --out")
        }
        if let weights = json["start_sha256"], weights != .string(weightsDigest) {
            throw TrainingError.run(
                path: folder,
                reason: "was started from other weights than its recipe's files hold now; bring "
                    + "those back to resume, or choose another --out")
        }
        do throws(JSONMemberError) { return try JSON.decode(RunState.self, from: json) } catch {
            throw TrainingError.run(path: path, reason: error.description)
        }
    }

    /// One of the newest checkpoint's files: `model`, `ema` or `optimizer`.
    package func last(_ part: String) throws -> StateDictionary {
        try StateDictionary("\(folder)/last/\(part).safetensors")
    }

    /// One of the best checkpoint's files.
    package func best(_ part: String) throws -> StateDictionary {
        try StateDictionary("\(folder)/best/\(part).safetensors")
    }

    private func prune(_ state: RunState) throws {
        let parent = "\(folder)/checkpoints"
        let all = try FileSystem.names(in: parent)
        // What a killed process left half-written goes with the old ones.
        // So does what stands beyond this step, where the links were not moved any more: it is
        // about to be computed again.
        let steps = all.filter {
            $0.hasPrefix("step-") && !$0.contains(".partial-") && $0 <= Self.name(state.step)
                && $0 > Self.name(0)
        }
        let kept = Set(
            steps.suffix(max(1, keeping)) + (state.bestStep.map { [Self.name($0)] } ?? []))
        for name in all where !kept.contains(name) {
            try FileSystem.remove("\(parent)/\(name)")
        }
    }

    private static func name(_ step: Int) -> String {
        let digits = String(step)
        return "step-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }
}
