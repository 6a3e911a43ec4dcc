internal import CambiumCorpus
internal import CambiumFiles

/// The files of a new line, every choice with its reason.
struct LineText {
    let images: String
    let survey: FolderSurvey
    let choice: LineChoice

    /// A text as YAML reads it whatever it holds: JSON's form.
    private static func quoted(_ text: String) -> String { JSON.string(text).line }

    /// `line.yaml`, for `cambium run`.
    var line: String {
        """
        # A first line over these images, written by `cambium new`; run it with
        #   cambium run line.yaml
        # Paths are relative to this file. docs/run.md explains every key.
        out: run
        line:
          images: \(Self.quoted(images))
          # The recipe of the training; leave it out and name a `model` to use that as it is.
          train: train.yaml
          # A head on the trained encoder: logistic regression, whose strength is chosen on the
          # validation rows. Others: mlp-conv, linear, mlp, prototype, tip-adapter, or none.
          adapter: logistic
          title: \(Self.quoted("First results on \(FileSystem.name(images))"))
          options:
            # Images are stored at \(choice.stored) pixels, which leaves room for crops; the model sees \(choice.seen).
        \(groups)
            prepare: --size \(choice.stored)

        """
    }

    private var groups: String {
        if survey.hasGroups {
            return "    # The table names groups (patients): they are kept whole."
        }
        guard let prefix = survey.prefix else {
            return """
                    # Where several images are of one patient, say how to tell (--group-by, docs/prepare.md): a
                    # patient in training and test makes every number too good.
                """
        }
        return """
                # Names of files look like PREFIX\(prefix.separator)...: \(prefix.count) prefixes. Where one is a patient, add
                #   --group-by prefix:\(prefix.separator)
                # below: a patient in training and test makes every number too good.
            """
    }

    /// `train.yaml`, the training recipe.
    var training: String {
        """
        # From scratch: a small model that is trained in some \(choice.minutes) minutes on a processor. It will not
        # be a foundation model; it shows what the images can tell at \(choice.seen) pixels. With public or
        # MedImageInsight's weights instead, see docs/start.md.
        NAME: \(Self.quoted(FileSystem.name(images)))
        SEED: 42
        DEVICE: auto          # a GPU where there is one
        MODEL: model          # the description beside this file: \(choice.seen) pixels, 9.7 million parameters
        TRAIN:
          BATCH_SIZE_TOTAL: \(choice.batch)   # of some \(choice.training) training images (60 % of \(survey.count)): \(choice.steps) steps an epoch
        TEST:
          BATCH_SIZE_PER_GPU: 64
        MAX_NUM_EPOCHS: \(choice.epochs)    # what should fit into \(choice.minutes) minutes; more is better until validation stops rising
        EVAL_PER_OPTIM_STEPS: \(choice.evaluationSteps)   # the best of these is kept; the start counts, too
        START_LEARNING_RATE: 1e-3   # high, since nothing has been learned yet; fine-tuning takes 1e-5
        LR_SCHEDULER_PARAMS:
          warmup_steps: \(choice.warmup)
          warmup_lr: 1e-5
          min_lr: 1e-6
        OPTIMIZER_PARAMS:
          weight_decay: 0.05
        GRAD_CLIPPING: 1.0
        WEIGHT_SMOOTHING:
          decay: 0.99         # evaluation and the final model use the smoothed weights
          eval_smoothed_weight: true
        AUG:
          # Small turns, sizes and shifts, light and contrast. Mirror images are left out: left and
          # right matter in medicine. Where they do not, add TORCHVISION_AUG: {HFLIP: 0.5}.
          SCALE: [0.7, 1]
          AFFINE:
            DEGREES: 10
            SHIFT: 0.05
          COLOR:
            BRIGHTNESS: 0.2
            CONTRAST: 0.2
        EVALDATASET_KNN_CLASSIFICATION:
          ZS_MODE: 0
          KNN: \(choice.training >= 200 ? 10 : 3)
          TRACK_METRIC: macro_f1   # every class counts the same, rare ones too

        """
    }
}
