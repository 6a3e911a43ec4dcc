import CambiumTestFolders

extension Bench {
    /// A recipe of a tiny model from scratch over ``dataSet(size:)``; gives its path.
    func tinyRecipe() throws -> String {
        try folder.write(
            """
            SEED: 5
            DEVICE: cpu
            WORKERS: 2
            EVAL_AT_START: false
            SAVE_PER_OPTIM_STEPS: 1
            DATASET: {ROOT: '\(try dataSet())'}
            TRAIN: {BATCH_SIZE_TOTAL: 4}
            MAX_NUM_EPOCHS: 6
            START_LEARNING_RATE: 1e-3
            WEIGHT_SMOOTHING: {decay: 0.9, eval_smoothed_weight: true}
            AUG: {NOISE: 0.05, AFFINE: {DEGREES: 10}, TORCHVISION_AUG: {HFLIP: 0.5}}
            EVALDATASET_KNN: {KNN: 1, TRACK_METRIC: accuracy}
            \(TinyModel.sections)
            """, to: "recipe.yaml")
    }
}
