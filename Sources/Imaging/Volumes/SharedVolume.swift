import CambiumFiles

/// A volume file that several images are cut from: read when the first is asked for, let go after
/// the last, so that only volumes in hand are in memory.
final class SharedVolume: Sendable {
    private struct State {
        var pictures: Result<NiftiPictures, ImageError>?
        var left: Int
    }

    private let file: String
    private let recipe: IntensityRecipe
    private let state: Lock<State>

    /// - Parameter uses: how many images will be asked for.
    init(_ file: String, _ recipe: IntensityRecipe, uses: Int) {
        (self.file, self.recipe) = (file, recipe)
        state = Lock(State(left: uses))
    }

    /// One slice, counted from 0.
    func image(
        _ index: Int, _ reading: VolumeReading
    ) throws(ImageError) -> PicturePart.Picture {
        let pictures = try pictures().get()
        return (try pictures.image(index, reading), pictures.warning)
    }

    /// The volume; who comes while it is read waits.
    private func pictures() -> Result<NiftiPictures, ImageError> {
        state.withLock { state in
            let pictures =
                state.pictures
                ?? Result { () throws(ImageError) in try NiftiPictures(file, recipe) }
            state.left -= 1
            state.pictures = state.left > 0 ? pictures : nil
            return pictures
        }
    }
}
