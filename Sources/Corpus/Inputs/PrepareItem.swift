internal import CambiumImaging

/// One image on its way into a data set: not read yet.
///
/// A data set has millions of them, and lists of them are made again and again: they are shared,
/// not copied, and what images of one source have in common (the reader above all) is stored once.
final class PrepareItem: @unchecked Sendable {
    // Unchecked: properties are set while images are found, by one thread, and only read later.

    /// Reads an image; it is given the image's own item.
    typealias Reader =
        @Sendable (PrepareItem) throws(CorpusError) -> (image: RGBImage, warning: String?)
    /// Makes a JPEG of an image.
    typealias Encoder = @Sendable (RGBImage) throws(CorpusError) -> [UInt8]?

    /// Where it comes from, for `rejected.tsv`.
    let path: String
    /// Its key in the data set.
    let key: String
    /// The text of its class.
    let classText: String
    /// The folder that named the class.
    let classFolder: String
    /// The folders of its path other than the class folder.
    let outerFolders: String
    /// What it belongs to (a patient, an examination), where its source says so.
    var group: String?
    /// How much of its key, at the end, tells it from other pictures of its file; 0 where the file
    /// has but one.
    private(set) var ownLength: UInt8 = 0
    /// The split it belongs to, where that is given and not drawn.
    var split: SplitName?
    /// Whether it is a slice of a volume.
    var isVolume = false
    /// Whether the text describes this image alone and is no class of many.
    var isCaption = false
    /// The line of the table that names it, 0 where none does.
    var line: Int32 = 0
    /// What its text row says besides the class; nil: the configuration's.
    var origin: LabelOrigin?
    private let source: ItemSource

    init(
        path: String, key: String, classText: String, classFolder: String,
        outerFolders: String = "", split: SplitName? = nil, source: ItemSource
    ) {
        (self.path, self.key, self.classText) = (path, key, classText)
        (self.classFolder, self.outerFolders, self.split) = (classFolder, outerFolders, split)
        self.source = source
    }

    /// How it becomes a JPEG, where not as all do: gives nil to have it done the plain way.
    var encode: Encoder? { source.encode }

    /// The key of the file that this is one of several pictures of (frames, slices).
    var whole: String? {
        ownLength == 0 ? nil : String(decoding: key.utf8.dropLast(Int(ownLength)), as: UTF8.self)
    }

    /// The file that holds it, where that is known.
    var file: String? {
        switch source.place {
        case .folder(let folder): "\(folder)/\(path)"
        case .file(let file): file
        case .unknown: nil
        }
    }

    /// Reads it.
    func read() throws(CorpusError) -> (image: RGBImage, warning: String?) {
        try source.reader(self)
    }
}

extension PrepareItem {
    /// A part of a file of several pictures: a frame, a slice.
    /// - Parameters:
    ///   - suffix: what it adds to the file's key and path.
    ///   - isOneOfSeveral: whether the file has other parts.
    func part(
        _ file: String, _ suffix: String, isOneOfSeveral: Bool, reader: @escaping Reader
    ) -> PrepareItem {
        let part = PrepareItem(
            path: path + suffix, key: key + suffix, classText: classText,
            classFolder: classFolder, outerFolders: outerFolders, split: split,
            source: ItemSource(.file(file), reader: reader))
        if isOneOfSeveral { part.ownLength = UInt8(clamping: suffix.utf8.count) }
        (part.group, part.isCaption, part.origin) = (group, isCaption, origin)
        return part
    }
}

/// What images have in common: where they lie and how they are read.
final class ItemSource: Sendable {
    let place: ItemPlace
    let encode: PrepareItem.Encoder?
    let reader: PrepareItem.Reader

    init(
        _ place: ItemPlace = .unknown, encode: PrepareItem.Encoder? = nil,
        reader: @escaping PrepareItem.Reader
    ) {
        (self.place, self.encode, self.reader) = (place, encode, reader)
    }
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

/// Some of the images, found when asked for: one volume's slices, or a whole folder.
struct PrepareBatch {
    /// Whether there are no images in it, only what is passed over.
    var isEmpty = false
    /// Finds the images and what is passed over.
    let find: () throws(CorpusError) -> (items: [PrepareItem], passedOver: [Rejection])
}
