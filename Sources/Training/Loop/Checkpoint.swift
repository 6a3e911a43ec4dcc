internal import CambiumFiles
public import CambiumTorch

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

/// The checkpoints of a run folder: `checkpoints/step-00000100/`, each whole or absent, and the
/// relative links `last` and `best`.
public struct CheckpointStore {
    private let folder: String
    private let recipeDigest: String
    private let dataDigest: String
    private let keeping: Int

    /// The checkpoints of a run whose complete recipe has this text.
    /// - Parameters:
    ///   - data: what tells its images and texts from others.
    ///   - keeping: how many of the newest stay, besides the best.
    public init(run folder: String, recipe: String, data: String = "", keeping: Int = 2) {
        (self.folder, self.keeping) = (folder, keeping)
        recipeDigest = Digest.sha256(Array(recipe.utf8))
        dataDigest = Digest.sha256(Array(data.utf8))
    }

    /// What a checkpoint holds besides its state.
    public typealias Tensors = [(name: String, tensor: Tensor)]

    /// Writes a checkpoint under a temporary name, renames it, moves the links, and removes what
    /// is neither one of the newest nor the best.
    public func save(
        _ state: RunState, model: Tensors, optimizer: Tensors, smoothed: Tensors?
    ) throws {
        let parent = "\(folder)/checkpoints"
        try FileSystem.makeFolder(parent)
        let name = Self.name(state.step)
        let staging = try StagedFolder("\(parent)/\(name)")
        try SafeTensors.write(model, to: "\(staging.path)/model.safetensors")
        try SafeTensors.write(optimizer, to: "\(staging.path)/optimizer.safetensors")
        if let smoothed {
            try SafeTensors.write(smoothed, to: "\(staging.path)/ema.safetensors")
        }
        try FileSystem.write(describe(state).document, to: "\(staging.path)/state.json")
        try FileSystem.remove("\(parent)/\(name)")
        try staging.commit()
        try FileSystem.link("\(folder)/last", to: "checkpoints/\(name)")
        if state.bestStep == state.step { try linkBest(state.step) }
        try prune(state)
    }

    /// Does what a process had no time for that was killed after its newest checkpoint stood: the
    /// link `best`, and removing what is no longer kept or was never finished.
    public func settle(_ state: RunState) throws {
        if let best = state.bestStep { try linkBest(best) }
        try prune(state)
    }

    private func linkBest(_ step: Int) throws {
        try FileSystem.link("\(folder)/best", to: "checkpoints/\(Self.name(step))")
    }

    /// The state of the newest checkpoint, nil when there is none.
    /// - Throws: ``TrainingError/run(path:reason:)`` when it belongs to another recipe or other
    ///   data, or the link `last` leads nowhere.
    public func lastState() throws -> RunState? {
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
        if let data = json["data_sha256"]?.string, data != dataDigest {
            throw TrainingError.run(
                path: folder,
                reason: "was trained on other images or texts than the data set holds now; bring "
                    + "those back to resume, or choose another --out")
        }
        var state = RunState()
        guard let step = json["step"]?.integer, step >= 0 else {
            throw TrainingError.run(path: path, reason: "holds no step")
        }
        state.step = step
        state.best = json["best"]?.number
        state.bestStep = json["best_step"]?.integer
        state.skipped = json["skipped"]?.integer ?? 0
        state.skippedInRow = json["skipped_in_row"]?.integer ?? 0
        state.waiting = EarlyStopping.Progress(
            best: json["waiting_best"]?.number, waited: json["waited"]?.integer ?? 0)
        state.processes = json["processes"]?.integer ?? 1
        state.scaler = GradientScaler(
            scale: json["gradient_scale"]?.number ?? 1,
            steps: json["gradient_scale_steps"]?.integer ?? 0)
        state.losses.sum = json["loss_sum"]?.number ?? 0
        state.losses.count = json["loss_count"]?.integer ?? 0
        return state
    }

    /// One of the newest checkpoint's files: `model`, `ema` or `optimizer`.
    public func last(_ part: String) throws -> StateDictionary {
        try StateDictionary("\(folder)/last/\(part).safetensors")
    }

    /// One of the best checkpoint's files.
    public func best(_ part: String) throws -> StateDictionary {
        try StateDictionary("\(folder)/best/\(part).safetensors")
    }

    private func describe(_ state: RunState) -> JSON {
        var members: [String: JSON] = [
            "schema_version": 1, "step": .integer(state.step), "best": .finite(state.best),
            "best_step": state.bestStep.map(JSON.integer) ?? .null,
            "skipped": .integer(state.skipped), "skipped_in_row": .integer(state.skippedInRow),
            "gradient_scale": .number(state.scaler.scale),
            "gradient_scale_steps": .integer(state.scaler.steps),
            "waiting_best": .finite(state.waiting.best), "waited": .integer(state.waiting.waited),
            "processes": .integer(state.processes), "recipe_sha256": .string(recipeDigest),
            "data_sha256": .string(dataDigest),
        ]
        if state.losses.count > 0 {
            members["loss_sum"] = .number(state.losses.sum)
            members["loss_count"] = .integer(state.losses.count)
        }
        return .object(members)
    }

    private func prune(_ state: RunState) throws {
        let parent = "\(folder)/checkpoints"
        let all = try FileSystem.names(in: parent)
        // What a killed process left half-written goes with the old ones.
        // So does what stands beyond this step, where the links were not moved any more: it is
        // about to be computed again.
        let steps = all.filter {
            $0.hasPrefix("step-") && !$0.contains(".partial-") && $0 <= Self.name(state.step)
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
