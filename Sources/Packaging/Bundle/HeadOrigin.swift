public import CambiumAdapters
public import CambiumEvaluation
internal import CambiumFiles
internal import CambiumImaging

/// What a head's embeddings came from, which its bundle must repeat.
extension AdapterFolder {
    /// How the embeddings came to be that the head was trained on; nil where `config.json` does not
    /// say, as of imported heads.
    /// - Parameter path: where the folder stands, for messages.
    /// - Throws: ``PackagingError`` where what it says cannot be read.
    public func origin(at path: String) throws -> EmbeddingOrigin? {
        guard let json = record["origin"], json != .null else { return nil }
        do throws(JSONMemberError) {
            return try JSON.decode(EmbeddingOrigin.self, from: json)
        } catch {
            throw PackagingError.mismatch("\(path)/config.json: origin: \(error.description)")
        }
    }
}

extension EmbeddingOrigin {
    /// The recipe by which files became pixels; nil where it is not known.
    func imageReading(at path: String) throws -> ImageReading? {
        guard reading["intensity"] != nil else { return nil }
        do throws(JSONMemberError) {
            return try JSON.decode(ImageReading.self, from: reading)
        } catch {
            throw PackagingError.mismatch(
                "\(path)/config.json: origin: reading: \(error.description)")
        }
    }
}
