internal import CambiumAdapters
public import CambiumTraining

/// What a head on frozen embeddings is trained on, and how.
public struct AdapterOptions: Sendable {
    /// Embeddings to learn from (.npy, with its keys file).
    public var train: String
    /// Embeddings to choose the epoch on (.npy, with its keys file).
    public var validation: String
    /// The adapter folder to write; it must not exist.
    public var out: String
    /// The kind of head.
    public var head = HeadChoice.kind(.mlpConv)
    /// How a head is trained.
    public var recipe = HeadRecipe()
    /// Channels of the convolutions and of hidden layers.
    public var hidden = 512
    /// Logistic regression's C; nil: chosen by cross-validation.
    public var strength: Double?
    /// Whether heads and settings are tried by cross-validation inside the training rows.
    public var isSearching = false
    /// Seconds after which a search begins no further method or fold.
    public var budget = 120.0
    /// Folds of the training rows, for a search and for choosing a strength.
    public var folds = 5
    /// Whether a head is trained on all folds but one, in turn, and their probabilities averaged.
    public var isEnsemble = false
    /// Whether the temperature of the probabilities is chosen on the validation rows.
    public var isCalibrated = false
    /// A table `KEY<TAB>GROUP` of rows that stay together in folds.
    public var groups: String?
    /// The model folder that made the embeddings, for heads that need class texts.
    public var model: String?
    /// The texts that the model reads, `{}` for the class text; several are averaged.
    public var templates = ["{}"]
    /// Of rows with any number of classes: 0 or 1 for every class (.npy, rows x classes).
    public var labels: (train: String, validation: String)?
    /// The label file (`unique_texts.txt`), where classes may be missing from the tables.
    public var classes: String?

    /// The defaults above.
    public init(train: String, validation: String, out: String) {
        (self.train, self.validation, self.out) = (train, validation, out)
    }
}
