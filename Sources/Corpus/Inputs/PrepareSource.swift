import CambiumFiles
import CambiumImaging

/// Where the images of a preparation come from: what the inputs are, told by their content, and
/// how their images are found.
struct PrepareSource {
    let kind: InputKind
    let batches: [PrepareBatch]
    /// Width and height of images that are there already.
    private(set) var size: Int?
    /// The quality of images that are there already, nil where it is not known.
    private(set) var quality: Int?
    /// What `dataset.json` takes over from earlier data sets.
    private(set) var inherited: [String: JSON] = [:]
    /// The name of the data set, where no configuration gives one.
    private(set) var name: String?

    /// Looks at the inputs.
    init(
        _ options: PrepareOptions, _ configuration: PrepareConfiguration
    ) throws(CorpusError) {
        kind = try Self.kind(options, configuration)
        try Self.check(kind, options)
        switch kind {
        case .volumes:
            guard let plan = configuration.volumes else {
                throw .argument("volumes need a configuration that names them; see data-prep/")
            }
            batches = try VolumeItems(folder: options.folder, plan: plan).batches()
        case .dataSet:
            let items = try TSVItems(options)
            batches = [PrepareBatch { () throws(CorpusError) in try items.find() }]
            size = try options.sizeIsGiven ? options.size : items.commonSize()
            let isEncoded = options.qualityIsGiven || items.changesSize
            quality = items.commonQuality ?? (isEncoded ? options.quality : nil)
            if options.qualityIsGiven { quality = options.quality }
            inherited = items.reading()
            for key in Self.inheritedKeys { inherited[key] = items.common(key) }
            name = inherited["name"]?.string ?? "merged"
        case .manifest:
            let items = try Self.manifest(options, configuration)
            let onError = options.onError
            batches = [
                PrepareBatch { () throws(CorpusError) in try items.find(onError: onError) }
            ]
            let file = FileSystem.name(options.folder)
            name = file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
        case .classFolders, .captions:
            batches = try [Self.folder(options, configuration)]
            name = options.compatibility?.source
        }
    }

    /// What `dataset.json` takes over where all data sets say the same.
    private static let inheritedKeys = [
        "name", "description", "licence", "citation", "provenance", "image", "libraries",
    ]

    private static func kind(
        _ options: PrepareOptions, _ configuration: PrepareConfiguration
    ) throws(CorpusError) -> InputKind {
        if configuration.volumes != nil { return .volumes }
        if let kind = options.inputKind { return kind }
        if FileSystem.kind(options.folder) == .file { return .manifest }
        return DataSetFolder.isDataSet(options.folder) ? .dataSet : .classFolders
    }

    /// Refuses what does not fit the kind of input.
    private static func check(
        _ kind: InputKind, _ options: PrepareOptions
    ) throws(CorpusError) {
        if options.inputs.count > 1 {
            for path in options.inputs where !DataSetFolder.isDataSet(path) {
                throw .argument(
                    "\(path): not a data set; several inputs must all be data sets, "
                        + "which are merged")
            }
        }
        if kind != .manifest {
            if options.root != nil { throw .argument("a root is only for manifests; leave it out") }
            if case .column = options.split {
                throw .argument("a split by a column needs a manifest; \(options.folder) is none")
            }
            if let rule = options.groupBy, rule.hasPrefix("column:") {
                throw .argument("groups by a column need a manifest; \(options.folder) is none")
            }
        }
        if kind == .volumes || kind == .dataSet, options.volumes != VolumeReading() {
            throw .argument(
                "slices are cut from NIfTI files in folders and manifests; leave --plane, --slices "
                    + "and --convention out")
        }
        if kind == .dataSet, options.reading != ImageReading() || options.background != nil {
            throw .argument(
                "\(options.folder): its images are grey levels already; leave --intensity, "
                    + "--window, --percentiles, --background and --exif-orientation out")
        }
        if options.compatibility != nil, kind != .classFolders {
            throw .argument("compat is for class folders; \(options.folder) is something else")
        }
        if options.isFast, options.compatibility != nil || kind == .dataSet || kind == .volumes {
            throw .argument("fast decoding is for files of JPEG images; leave --fast out")
        }
        if options.split == .keep, kind == .classFolders || kind == .captions {
            throw .argument("\(options.folder): has no splits to keep; leave --split keep out")
        }
    }

    private static func manifest(
        _ options: PrepareOptions, _ configuration: PrepareConfiguration
    ) throws(CorpusError) -> ManifestItems {
        var named = ManifestColumns.Named()
        named.group = options.groupBy?.rest(after: "column:")
        if case .column(let name) = options.split { named.split = name }
        let items = try ManifestItems(
            options.folder, root: options.root, classText: configuration.classText, named: named,
            readsSplits: options.keepsSplits, reading: options.decoding)
        if options.split == .keep, !items.hasSplits {
            throw .argument("\(options.folder): has no column split to keep")
        }
        return items
    }

    /// The images of a folder, whose names decide what it is.
    private static func folder(
        _ options: PrepareOptions, _ configuration: PrepareConfiguration
    ) throws(CorpusError) -> PrepareBatch {
        let (folder, classText) = (options.folder, configuration.classText)
        let walk = try FolderWalk(folder)
        if let compatibility = options.compatibility {
            let items = CompatibleItems(
                folder: folder, walk: walk, compatibility: compatibility,
                classText: options.configuration == nil ? nil : classText,
                size: options.size, quality: options.quality)
            return PrepareBatch { () throws(CorpusError) in items.find() }
        }
        if options.inputKind == .captions || options.inputKind == nil && CaptionItems.fits(walk) {
            let onError = options.onError
            let items = CaptionItems(
                folder: folder, walk: walk, classText: classText, reading: options.decoding)
            return PrepareBatch { () throws(CorpusError) in
                try items.find(onError: onError)
            }
        }
        let items = FolderItems(
            folder: folder, walk: walk, classText: classText, reading: options.decoding)
        return PrepareBatch { () throws(CorpusError) in try items.find() }
    }
}

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
