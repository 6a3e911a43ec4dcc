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
            IMAGE_ENCODER:
              NAME: davit_v1
              IMAGE_SIZE: [32, 32]
              SPEC:
                DROP_PATH_RATE: 0.1
                PATCH_SIZE: [7, 3, 3, 3]
                PATCH_STRIDE: [4, 2, 2, 2]
                PATCH_PADDING: [3, 1, 1, 1]
                PATCH_PRENORM: [false, true, true, true]
                DIM_EMBED: [8, 8, 16, 16]
                NUM_HEADS: [2, 2, 2, 2]
                NUM_GROUPS: [2, 2, 2, 2]
                DEPTHS: [1, 1, 1, 1]
                WINDOW_SIZE: 4
            LANG_ENCODER:
              NAME: transformer
              TOKENIZER: clip
              CONTEXT_LENGTH: 16
              WIDTH: 8
              HEADS: 2
              LAYERS: 1
              AUTOGRESSIVE: false
            UNICL_MODEL: {DIM_PROJECTION: 16}
            """, to: "recipe.yaml")
    }
}
