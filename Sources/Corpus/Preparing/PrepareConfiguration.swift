internal import CambiumFiles
internal import CambiumImaging

/// A data set's own knowledge, from `data-prep/NAME/prep.yaml`: where it comes from, how folders
/// become class texts, how many images to expect, which volumes to cut into slices.
struct PrepareConfiguration {
    /// The name, stored as `source` with every image.
    var name = "folder"
    var provenance: [String: String] = [:]
    var task = "classification"
    var classText = ClassTextRule()
    var topClasses: Int?
    var minPerClass: Int?
    var groupBy: String?
    var expected: [String: Int] = [:]
    var intensity: IntensityRecipe?
    var exifOrientation = false
    /// What stands behind transparent pixels, where the file says.
    var background: Background?
    var volumes: VolumePlan?

    /// Without a file: the class text is the folder's name with `_` as a space.
    init() {}

    /// Reads a file, or the `prep.yaml` of a folder.
    init(_ path: String) throws(CorpusError) {
        let file = FileSystem.kind(path) == .folder ? "\(path)/prep.yaml" : path
        guard FileSystem.kind(file) == .file else {
            throw .argument("\(file): no such configuration; check the path")
        }
        do {
            try read(Settings(file: file))
        } catch let error as SettingsError {
            throw .settings(error)
        } catch let error as FileError {
            throw .file(error)
        } catch let error as CorpusError {
            throw error
        } catch {
            throw .dataSet(path: file, reason: "\(error)")
        }
    }

    /// The options with the file's reading where they ask for none of their own.
    func applied(to options: PrepareOptions) -> PrepareOptions {
        var options = options
        if options.reading.intensity == .auto { options.reading.intensity = intensity ?? .auto }
        options.reading.exifOrientation = options.reading.exifOrientation || exifOrientation
        options.background = options.background ?? background
        return options
    }

    private mutating func read(_ settings: Settings) throws {
        guard let name = try settings.string("name"), !name.isEmpty else {
            throw settings.invalid("name", "is missing; name the data set")
        }
        self.name = name
        for key in ["description", "source", "licence", "citation"] {
            provenance[key] = try settings.string(key)
        }
        task = try settings.string("task") ?? task
        classText = try ClassTextRule(settings)
        topClasses = try settings.integer("top_classes")
        minPerClass = try settings.integer("min_per_class")
        groupBy = try settings.string("group_by")
        intensity = try settings.settings("intensity").map(IntensityRecipe.init)
        exifOrientation = try settings.bool("exif_orientation") ?? false
        if let text = try settings.string("background") {
            do throws(ImageError) { background = try Background(parsing: text) } catch {
                throw settings.invalid("background", "must be white, black, keep or #rrggbb")
            }
        }
        if let counts = try settings.settings("expected") {
            for key in ["images", "classes", "train", "validation", "test"] {
                expected[key] = try counts.integer(key)
            }
        }
        volumes = try VolumePlan(settings)
        try settings.finish()
    }
}

extension IntensityRecipe {
    /// `kind: auto` or `full`, `window: [CENTER, WIDTH]`, or `percentiles: [LOW, HIGH]`.
    init(_ settings: Settings) throws {
        var recipes: [IntensityRecipe] = []
        for (key, parse) in [
            ("window", IntensityRecipe.window(parsing:)),
            ("percentiles", IntensityRecipe.percentiles(parsing:)),
        ] {
            guard let numbers = try settings.doubles(key) else { continue }
            do {
                recipes.append(try parse(numbers.map { "\($0)" }.joined(separator: ",")))
            } catch {
                throw settings.invalid(key, "makes no sense: \(error)")
            }
        }
        if let kind = try settings.string("kind") {
            guard let known = ["auto": IntensityRecipe.auto, "full": .full][kind] else {
                throw settings.invalid("kind", "is \(kind); known are auto and full")
            }
            recipes.append(known)
        }
        guard recipes.count == 1 else {
            throw settings.invalid("kind", "is missing; give kind, window or percentiles, one")
        }
        self = recipes[0]
    }
}
