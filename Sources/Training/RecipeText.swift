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
        SAVE_PER_MINUTES: \(saveMinutes)
        KEEP_CHECKPOINTS: \(keptCheckpoints)
        MAX_SKIPPED_STEPS: \(mostSkipped)
        PRECISION: \(precision.rawValue)
        MODEL: \(quoted(pretrained))
        WEIGHTS: [\(list(startWeights))]
        DATASET:
          ROOT: \(quoted(dataSet))
          SAMPLER: default
        LOSS:
          LOSS: \(loss.kind.rawValue)
          LABEL_SMOOTHING: \(loss.labelSmoothing)
        TRAIN:
          BATCH_SIZE_TOTAL: \(batchSize)
          \(microBatch.map { "BATCH_SIZE_PER_GPU: \($0)\n  " } ?? "")SHUFFLE: \(shuffle)
          DROP_LAST: \(dropsLast)
        TEST:
          BATCH_SIZE_PER_GPU: \(evaluationBatchSize)
        \(augmentation.yaml)
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
          LR_SCALE_PATTERNS: {\(map(rules.rateScalePatterns))}
          FREEZE_PATTERNS: [\(list(rules.freezePatterns))]
        EVALDATASET_KNN_CLASSIFICATION:
          ZS_MODE: 0
          KNN: \(neighbors)
          TRACK_METRIC: \(trackedMetric)
        \(model)
        """
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

extension AugmentationRecipe {
    /// The section as the recipe's reader takes it.
    var yaml: String {
        """
        AUG:
          SCALE: \(cropScale ?? [1, 1])
          RATIO: \(cropRatio)
          INTERPOLATION: bicubic
          TORCHVISION_AUG:
            RE_PROB: \(erasing)
            HFLIP: \(horizontalFlip)
            VFLIP: \(verticalFlip)
          AFFINE:
            DEGREES: \(degrees)
            SCALE: \(zoom)
            ANISOTROPY: \(anisotropy)
            SHIFT: \(shift)
          COLOR:
            BRIGHTNESS: \(brightness)
            CONTRAST: \(contrast)
            SATURATION: \(saturation)
          NOISE: \(noise)
        """
    }
}
