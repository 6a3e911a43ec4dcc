internal import CambiumFiles
public import CambiumImaging

/// A picture on disk: a file, or one frame of a DICOM file of several.
public struct ImageFile: Sendable {
    /// The file.
    public let path: String
    /// Its name: the path (or part of it), encoded by `ImageKey`, with `#frame_0001` and on for
    /// frames.
    public let key: String
    /// Which frame, counted from 0; nil where there is but one.
    public let frame: Int?

    /// The pictures in a file.
    /// - Parameter name: what the keys begin with; nil: the path.
    ///
    /// What is wrong with the file is said when its picture is asked for.
    public static func pictures(in path: String, named name: String? = nil) -> [ImageFile] {
        let key = ImageKey.encode(name ?? path)
        let frames =
            (try? MappedFile(path))?.withBytes { bytes in
                DicomImage.recognizes(bytes) ? (try? DicomImage.summary(bytes))?.frames : nil
            } ?? 1
        guard frames > 1 else { return [ImageFile(path: path, key: key, frame: nil)] }
        return (0..<frames).map {
            ImageFile(path: path, key: key + DicomFormat.suffix($0), frame: $0)
        }
    }

    /// The picture, as `reading` says; nil is a model that names no recipe, which takes JPEG and
    /// PNG as Pillow does, and no DICOM.
    public func image(_ reading: ImageReading?) throws(CorpusError) -> RGBImage {
        let file: MappedFile
        do throws(FileError) { file = try MappedFile(path) } catch { throw .file(error) }
        do throws(ImageError) {
            return try file.withBytes { bytes throws(ImageError) in
                if reading == nil, DicomImage.recognizes(bytes) { throw Self.noRecipe }
                return try ImageDecoder.decode(bytes, reading: reading ?? .init(), frame: frame)
                    .image
            }
        } catch {
            throw .image(key: key, reason: error.description)
        }
    }

    private static let noRecipe = ImageError.dicom(
        detail: "a DICOM file, but the model does not say how its values become grey levels; "
            + "package it with the data set it learned from (--data DIR), or embed with "
            + "--intensity, --window or --percentiles")
}
