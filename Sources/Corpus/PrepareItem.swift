internal import Imaging

/// One image on its way into a data set: not read yet.
struct PrepareItem: Sendable {
    /// Where it comes from, for `rejected.tsv`.
    let path: String
    /// Where its bytes lie.
    var place = ItemPlace.unknown
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
    /// Whether the text describes this image alone and is no class of many.
    var isCaption = false
    /// What its text row says besides the class; nil: the configuration's.
    var origin: LabelOrigin?
    /// How it becomes a JPEG, where not as all do: gives nil to have it done the plain way.
    var encode: (@Sendable (RGBImage) throws(CorpusError) -> [UInt8]?)?
    /// The file that holds it, where that is known.
    var file: String? {
        switch place {
        case .folder(let folder): "\(folder)/\(path)"
        case .file(let file): file
        case .unknown: nil
        }
    }
    /// Reads it.
    let read: @Sendable () throws(CorpusError) -> (image: RGBImage, warning: String?)
}

/// Where an image's bytes lie; a folder's name is shared by all that lie in it.
enum ItemPlace: Sendable {
    /// A file of its own, named by the item's path in this folder.
    case folder(String)
    /// This file, perhaps with others.
    case file(String)
    case unknown
}

/// What text rows say of an image besides its class; shared by the images of a source.
final class LabelOrigin: Sendable {
    let source: String
    let task: String

    init(source: String, task: String) { (self.source, self.task) = (source, task) }
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
