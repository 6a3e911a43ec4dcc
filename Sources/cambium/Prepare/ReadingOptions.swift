internal import ArgumentParser
internal import CambiumImaging
internal import CambiumJobs

/// How files become pixels, on the command line.
struct ReadingOptions: ParsableArguments {
    @Flag(help: "Turn JPEG and PNG upright by their EXIF orientation.")
    var exifOrientation = false

    @Option(
        help: ArgumentHelp(
            "Grey levels of DICOM and 16-bit PNG: auto (the file's own window, else the range of "
                + "its values) or full (all that the stored bits can express).",
            valueName: "kind"))
    var intensity: String?

    @Option(
        help: ArgumentHelp(
            "One window for all DICOM and 16-bit PNG files, in their own units (Hounsfield).",
            valueName: "center,width"))
    var window: String?

    @Option(
        help: ArgumentHelp(
            "From one percentile of each image's values to another, for DICOM and 16-bit PNG.",
            valueName: "low,high"))
    var percentiles: String?

    @Option(
        help: ArgumentHelp(
            "What stands behind transparent pixels: white, black, #rrggbb, or keep for their own "
                + "hidden colours, as Pillow's convert(\"RGB\").",
            valueName: "colour"))
    var background: String?

    func validate() throws {
        guard [intensity, window, percentiles].compactMap({ $0 }).count < 2 else {
            throw ValidationError("Give one of --intensity, --window and --percentiles.")
        }
    }

    /// The recipe that is asked for, nil where none is.
    func recipe() throws -> IntensityRecipe? {
        do throws(ImageError) {
            if let window { return try .window(parsing: window) }
            if let percentiles { return try .percentiles(parsing: percentiles) }
        } catch {
            throw UsageError("--\(error.description)")
        }
        switch intensity {
        case nil: return nil
        case "auto": return .auto
        case "full": return .full
        case .some(let other): throw UsageError("--intensity \(other): must be auto or full")
        }
    }

    /// The background that is asked for, nil where none is.
    func backdrop() throws -> Background? {
        do throws(ImageError) { return try background.map(Background.init(parsing:)) } catch {
            throw UsageError("--\(error.description)")
        }
    }

    /// What the command line says of reading.
    func choice() throws -> ReadingChoice {
        var choice = ReadingChoice()
        (choice.intensity, choice.exifOrientation) = (try recipe(), exifOrientation)
        choice.background = try backdrop()
        return choice
    }
}
