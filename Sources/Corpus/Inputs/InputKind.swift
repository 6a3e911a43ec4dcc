/// What an input is.
public enum InputKind: String, Sendable, CaseIterable {
    /// A folder with a folder of images for each class.
    case classFolders = "class-folders"
    /// A folder in which a text beside each image is its caption.
    case captions
    /// A table that names images.
    case manifest
    /// A data set.
    case dataSet = "data-set"
    /// A folder of volumes that the configuration names.
    case volumes
}
