import Encoders
import Files
import Testing
import Training

@Suite struct RecipeTests {
    @Test func `a complete text reads back equal`() throws {
        let text = """
            SEED: 7
            TRAIN: {BATCH_SIZE_TOTAL: 48}
            AUG: {SCALE: [0.5, 1], AFFINE: {DEGREES: 17, SCALE: [0.75, 1.25], SHIFT: 0.1}}
            START_LEARNING_RATE: 5e-6
            CUSTOMIZED_PARAMS_CONF:
              WEIGHT_DECAY_PATTERNS: {"\\\\.bias$": 0.0}
              FREEZE_PATTERNS: ["^lang_encoder"]
            WEIGHT_SMOOTHING: {decay: 0.99}
            WEIGHTS: [florence.safetensors, "it's.pt"]
            """
        var recipe = try Recipe(text: text)
        #expect(recipe.learningRate == 5e-6 && recipe.batchSize == 48)
        #expect(recipe.rules.decayPatterns.map(\.pattern) == ["\\.bias$"])
        #expect(recipe.startWeights == ["florence.safetensors", "it's.pt"])
        recipe.model = ModelConfiguration()
        let complete = recipe.yaml(model: ModelConfiguration().yaml)
        #expect(try Recipe(text: complete) == recipe)
    }

    @Test func `a typo is an error that proposes the key`() {
        #expect {
            try Recipe(text: "TRAIN:\n  BATCH_SIZE_TOTL: 8\n")
        } throws: {
            "\($0)"
                == "recipe:2: unknown key TRAIN.BATCH_SIZE_TOTL; did you mean BATCH_SIZE_TOTAL?"
        }
    }

    @Test(arguments: [
        "AUG: {TORCHVISION_AUG: {AUTO_AUGMENT: ta_wide}}", "AUG: {MIXUP_PROB: 0.5}",
        "LOSS: {LOSS: Hinge}", "LOSS: {LOSS: SigLIP, LABEL_SMOOTHING: 0.1}", "PRECISION: float8",
        "OPTIMIZER: SGD", "TRAIN: {BATCH_SIZE_TOTAL: 0}",
        "TRAIN: {BATCH_SIZE_TOTAL: 48, BATCH_SIZE_PER_GPU: 0}", "START_LEARNING_RATE: .nan",
        "IMAGE_ENCODER: {SPEC: {DIM_EMBED: [10, 20]}}", "TEST: {CENTER_CROP: true}",
    ])
    func `what is not built or impossible is refused, never ignored`(text: String) {
        #expect(throws: SettingsError.self) { try Recipe(text: text) }
    }

    @Test func `a tower's own weights are read unless it says not to`() throws {
        let recipe = try Recipe(
            text: """
                IMAGE_ENCODER: {PRETRAINED: image.bin}
                LANG_ENCODER: {LOAD_PRETRAINED: false, PRETRAINED: text.bin}
                """)
        #expect(recipe.startWeights == ["image.bin"])
    }

    @Test func `overrides lie over the file`() throws {
        let recipe = try Recipe(text: "SEED: 1", overrides: ["SEED=2", "TRAIN.SHUFFLE=false"])
        #expect(recipe.seed == 2 && !recipe.shuffle)
    }
}
