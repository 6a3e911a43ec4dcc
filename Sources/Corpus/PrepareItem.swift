internal import Imaging

/// One image on its way into a data set: not read yet.
struct PrepareItem: Sendable {
    /// Where it comes from, for `rejected.tsv`.
    let path: String
    /// The file that holds it.
    let origin: String
    /// Its key in the data set.
    let key: String
    /// The text of its class.
    let classText: String
    /// The folder that named the class.
    let classFolder: String
    /// The folders of its path other than the class folder.
    var outerFolders = ""
    /// What it belongs to (a patient, an examination), where its source says so.
    var group: String?
    /// The split it belongs to, where that is given and not drawn.
    var split: SplitName?
    /// Reads it.
    let read: @Sendable () throws(CorpusError) -> (image: RGBImage, warning: String?)
}

/// An input that is not in the data set.
struct Rejection: Sendable, Equatable {
    let path: String
    let reason: String
    /// Whether it should have been an image, so that `--on-error fail` stops at it.
    var isFailure = false
}

/// Some of the images, found when asked for: one volume's slices, or a whole folder.
struct PrepareBatch {
    /// Whether there are no images in it, only what is passed over.
    var isEmpty = false
    /// Finds the images and what is passed over.
    let find: () throws(CorpusError) -> (items: [PrepareItem], passedOver: [Rejection])
}
