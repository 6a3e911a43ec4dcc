/// Images by number, wherever they lie: a split of a data set, a folder, a list of files.
public protocol ImageSource: Sendable {
    /// Images.
    var count: Int { get }
    /// The name of an image, unique in the source.
    func key(_ row: Int) throws(CorpusError) -> String
    /// The encoded file (JPEG or PNG).
    func bytes(_ row: Int) throws(CorpusError) -> [UInt8]
    /// What is known of an image's class, or nil.
    func label(_ row: Int) -> ClassLabel?
}
