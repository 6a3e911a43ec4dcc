internal import CambiumFiles
internal import CambiumImaging

/// How files become pixels, under `IMAGE_READING` of a model's `config.yaml`: a key of Cambium's
/// own, which MedImageInsight's code passes over.
extension ImageReading {
    init(_ settings: Settings) throws {
        self.init(exifOrientation: try settings.bool("EXIF_ORIENTATION") ?? false)
        let numbers = try settings.doubles("INTENSITY_RANGE") ?? []
        var members: [String: JSON] = [
            "kind": .string(try settings.string("INTENSITY") ?? "auto")
        ]
        let names = members["kind"] == "window" ? ["center", "width"] : ["low", "high"]
        for (name, number) in zip(names, numbers) { members[name] = .number(number) }
        guard let recipe = try? JSON.decode(IntensityRecipe.self, from: .object(members)) else {
            throw settings.invalid(
                "INTENSITY",
                "is no recipe; known are auto, full, and window and percentiles with two numbers "
                    + "in INTENSITY_RANGE")
        }
        intensity = recipe
        if let text = try settings.string("BACKGROUND") {
            do throws(ImageError) { background = try Background(parsing: text) } catch {
                throw settings.invalid("BACKGROUND", "must be white, black, keep or #rrggbb")
            }
        }
    }

    /// The key with all it holds.
    var yaml: String {
        let range: String
        switch intensity {
        case .auto, .full: range = ""
        case .window(let first, let second), .percentiles(let first, let second):
            range = "  INTENSITY_RANGE: [\(first), \(second)]\n"
        }
        return """
            IMAGE_READING:
              EXIF_ORIENTATION: \(exifOrientation)
              INTENSITY: \(intensity.kind.rawValue)

            """ + range + (background == .keep ? "" : "  BACKGROUND: '\(background.text)'\n")
    }
}
