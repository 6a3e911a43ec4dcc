internal import CambiumCorpus
internal import CambiumImaging

extension Recipe {
    /// The recipe complete, every default written out, under the keys it is read from: two runs
    /// whose texts are equal are the same run. `model` is what the run really trains.
    public func yaml(model: String) -> String {
        """
        TASK: UniCLTask
        NAME: \(quoted(name))
        SEED: \(seed)
        DEVICE: \(quoted(device))
        SAVE_DIR: \(quoted(saveFolder))
        WORKERS: \(workers)
        LOG_EVERY: \(logEvery)
        SAVE_PER_OPTIM_STEPS: \(saveEvery)
        EVAL_PER_OPTIM_STEPS: \(evaluateEvery)
        EVAL_AT_START: \(evaluatesAtStart)
        \(bestIncludesStart ? "" : "BEST_INCLUDES_START: false\n")SAVE_PER_MINUTES: \(saveMinutes)
        KEEP_CHECKPOINTS: \(keptCheckpoints)
        MAX_SKIPPED_STEPS: \(mostSkipped)
        PRECISION: \(precision.rawValue)
        MODEL: \(quoted(pretrained))
        WEIGHTS: [\(list(startWeights))]
        DATASET:
          ROOT: \(roots)
          SAMPLER: \(sampler.rawValue)
        LOSS:
          LOSS: \(loss.kind.rawValue)
          LABEL_SMOOTHING: \(loss.labelSmoothing)
        TRAIN:
          BATCH_SIZE_TOTAL: \(batchSize)
          \(microBatch.map { "BATCH_SIZE_PER_GPU: \($0)\n  " } ?? "")SHUFFLE: \(shuffle)
          DROP_LAST: \(dropsLast)
        TEST:
          BATCH_SIZE_PER_GPU: \(evaluationBatchSize)
        \(augmentationText)
        OPTIMIZER: AdamW
        OPTIMIZER_PARAMS:
          weight_decay: \(rules.weightDecay)
        START_LEARNING_RATE: \(learningRate)
        MAX_NUM_EPOCHS: \(epochs)
        GRAD_CLIPPING: \(clipping ?? 0)
        LR_SCHEDULER: TimmScheduler
        LR_SCHEDULER_PARAMS:
          sched: cosine
          warmup_steps: \(warmupSteps)
          warmup_lr: \(warmupRate)
          min_lr: \(minimumRate)
        WEIGHT_SMOOTHING:
          decay: \(smoothing ?? 0)
          eval_smoothed_weight: \(evaluatesSmoothed)
        CUSTOMIZED_PARAMS_CONF:
          NO_WEIGHT_DECAY_MODULES: [\(list(rules.noDecayModules))]
          WEIGHT_DECAY_PATTERNS: {\(map(rules.decayPatterns))}
          LAYER_DECAY: \(rules.layerDecay)
          LR_SCALE_PATTERNS: {\(map(rules.rateScalePatterns))}
          FREEZE_PATTERNS: [\(list(rules.freezePatterns))]
        EARLY_STOPPING:
          patience: \(earlyStopping?.patience ?? 0)
          min_delta: \(earlyStopping?.minimumGain ?? 0)
        \(evaluations)
        \(model)
        """
    }

    /// The evaluations; the metric stands with the one that decides.
    private var evaluations: String {
        let isZeroShot = trackedMetric.hasPrefix(Self.zeroShotPrefix)
        var lines: [String] = []
        if let neighbors {
            lines += ["EVALDATASET_KNN_CLASSIFICATION:", "  ZS_MODE: 0", "  KNN: \(neighbors)"]
            if !isZeroShot { lines.append("  TRACK_METRIC: \(trackedMetric)") }
        }
        if !templates.isEmpty {
            lines += [
                "EVALDATASET_ZERO_SHOT:", "  ZS_MODE: 2", "  TEMPLATES: [\(list(templates))]",
            ]
            if isZeroShot {
                lines.append(
                    "  TRACK_METRIC: \(trackedMetric.dropFirst(Self.zeroShotPrefix.count))")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// One folder alone, or all with their weights.
    private var roots: String {
        if dataSources.allSatisfy({ $0.weight == 1 }), dataSources.count <= 1 {
            return quoted(dataSet)
        }
        let list = dataSources.map { "{ROOT: \(quoted($0.root)), WEIGHT: \($0.weight)}" }
        return "[\(list.joined(separator: ", "))]"
    }

    private func quoted(_ text: String) -> String {
        "'"
            + text.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "''") + "'"
    }

    private func list(_ texts: [String]) -> String {
        texts.map(quoted).joined(separator: ", ")
    }

    private func map(_ pairs: [(String, Double)]) -> String {
        pairs.map { "\(quoted($0.0)): \($0.1)" }.joined(separator: ", ")
    }
}
