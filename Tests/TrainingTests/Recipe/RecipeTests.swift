import CambiumCorpus
import CambiumEncoders
import CambiumFiles
import CambiumTraining
import Testing

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

    @Test(arguments: [
        "AUG: {TORCHVISION_AUG: {AUTO_AUGMENT: ta_wide, RE_PROB: 0.25, RE_VALUE: random}}",
        "AUG: {TORCHVISION_AUG: {RE_SCALE: [0.1, 0.2], RE_RATIO: [0.5, 2], RE_VALUE: [1, 2, 3]}}",
        "AUG: {TORCHVISION_AUG: {AUTO_AUGMENT: '', RE_VALUE: -1.5}}",
        "AUG: {MIXUP_PROB: 0.5, MIXUP: 0.2, MIXCUT: 0, MIXCUT_MINMAX: [0.2, 0.8]}",
        "AUG: {MIXUP_PROB: 1, MIXUP_SWITCH_PROB: 0.25, MIXUP_MODE: elem, MIXCUT_MINMAX: []}",
        "DATASET: {ROOT: a, SAMPLER: class-balanced}", "DATASET: {ROOT: [a, \"it's\"]}",
        "DATASET: {ROOT: [{ROOT: a}, {ROOT: b, WEIGHT: 2.5}], SAMPLER: sqrt}",
        "CUSTOMIZED_PARAMS_CONF: {LAYER_DECAY: 0.75}",
        "EARLY_STOPPING: {patience: 5, min_delta: 0.001}",
        "EVALDATASET_A: {ZS_MODE: 2, TEMPLATES: ['{}', \"it's {}\"], TRACK_METRIC: mcc}",
        "EVALDATASET_A: {ZS_MODE: 2, TRACK_METRIC: acc}\nEVALDATASET_B: {KNN: 5}",
    ])
    func `what a trainer expects reads back equal`(text: String) throws {
        var recipe = try Recipe(text: text)
        recipe.model = ModelConfiguration()
        #expect(try Recipe(text: recipe.yaml(model: ModelConfiguration().yaml)) == recipe)
    }

    @Test func `sources, sampler and stopping are what the text says`() throws {
        let recipe = try Recipe(
            text: """
                DATASET: {ROOT: [{ROOT: a}, {ROOT: b, WEIGHT: 2.5}], SAMPLER: sqrt}
                EARLY_STOPPING: {patience: 5, min_delta: 0.001}
                CUSTOMIZED_PARAMS_CONF: {LAYER_DECAY: 0.75}
                """)
        let sources = [DataSource(root: "a"), DataSource(root: "b", weight: 2.5)]
        #expect(recipe.dataSources == sources && recipe.dataSet == "a, b")
        #expect(recipe.sampler == .squareRoot && recipe.rules.layerDecay == 0.75)
        #expect(recipe.earlyStopping == EarlyStopping(patience: 5, minimumGain: 0.001))
        #expect(try Recipe(text: "").earlyStopping == nil)
    }

    @Test func `the evaluations and the metric that decides`() throws {
        let plain = try Recipe(text: "")
        #expect(plain.neighbors == 10 && plain.templates.isEmpty)
        #expect(plain.trackedMetric == "macro_f1")
        let texts = try Recipe(text: "EVALDATASET_A: {ZS_MODE: 2}")
        #expect(texts.neighbors == nil && texts.templates == ["{}"])
        #expect(texts.trackedMetric == "zero_shot_macro_f1")
        let both = "EVALDATASET_A: {ZS_MODE: 2, TRACK_METRIC: acc}\nEVALDATASET_B: "
        let knn = try Recipe(text: both + "{ZS_MODE: 0, TRACK_METRIC: mcc}")
        #expect(knn.trackedMetric == "mcc" && knn.neighbors == 10 && knn.templates == ["{}"])
        let shot = try Recipe(text: both + "{ZS_MODE: 0}")
        #expect(shot.trackedMetric == "zero_shot_accuracy" && shot.neighbors == 10)
        let mixed = try Recipe(text: "EVALDATASET_A: {ZS_MODE: 1}")
        #expect(mixed.withoutEffect == ["EVALDATASET_A"] && mixed.neighbors == 10)
    }

    @Test func `a tracked metric that the evaluation does not measure is refused by name`() throws {
        let text = "EVALDATASET_A: {ZS_MODE: 0, TRACK_METRIC: f2}"
        #expect(try Recipe(text: text).trackedMetric == "f2")
        #expect(try Recipe(text: text, metrics: ["f2"]).trackedMetric == "f2")
        let error = #expect(throws: SettingsError.self) {
            try Recipe(text: text, metrics: ["accuracy", "mcc"])
        }
        #expect(error?.description.contains("is f2; known: acc, mcc") == true)
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
        "AUG: {TORCHVISION_AUG: {AUTO_AUGMENT: rand-m9}}", "AUG: {TORCHVISION_AUG: {RE_VALUE: x}}",
        "AUG: {TORCHVISION_AUG: {RE_VALUE: [1, 2]}}", "AUG: {TORCHVISION_AUG: {RE_SCALE: [0.5]}}",
        "AUG: {MIXUP_PROB: 0.5, MIXUP: 0, MIXCUT: 0}",
        "AUG: {MIXUP_MODE: row}", "AUG: {MIXUP_PROB: 2}", "AUG: {MIXCUT_MINMAX: [0.5]}",
        "DATASET: {SAMPLER: balanced}", "DATASET: {ROOT: [{WEIGHT: 2}]}",
        "DATASET: {ROOT: [{ROOT: a, WEIGHT: 0}]}", "DATASET: {ROOT: [a, {ROOT: b}]}",
        "{DATASET: {SAMPLER: sqrt}, TRAIN: {SHUFFLE: false}}",
        "CUSTOMIZED_PARAMS_CONF: {LAYER_DECAY: 0}", "EARLY_STOPPING: {patience: -1}",
        "EARLY_STOPPING: {patience: 3, min_delt: 0}",
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
