internal import Files
internal import Imaging

/// What a preparation made.
public struct PrepareSummary: Sendable {
    /// The data set's folder.
    public let folder: String
    /// Images of each split that has any.
    public let images: [(split: SplitName, count: Int)]
    /// Classes.
    public let classes: Int
    /// Inputs that are not in the data set, `rejected.tsv`.
    public let rejected: Int
    /// Images that an earlier run, killed before its end, had encoded.
    public let adopted: Int
    /// What the user should know although the data set is complete.
    public let notes: [String]
}

/// Makes a data set of a folder: walks it, decodes, resizes and encodes the images, chooses the
/// classes, splits, and writes tables, line indexes, `unique_texts.txt`, `rejected.tsv` and
/// `dataset.json`.
///
/// The same folder, configuration and seed give the same bytes, whatever the file system's order
/// and the number of workers. The data set appears whole or not at all.
public struct Preparation {
    private let options: PrepareOptions
    private let configuration: PrepareConfiguration
    private let identifier: DicomIdentifier?

    /// Reads the configuration and checks the options.
    /// - Throws: ``CorpusError`` for anything that is wrong before the first image is read.
    public init(_ options: PrepareOptions) throws(CorpusError) {
        try options.check()
        configuration =
            try options.configuration.map { path throws(CorpusError) in
                try PrepareConfiguration(path)
            } ?? PrepareConfiguration()
        identifier = try (options.groupBy ?? configuration.groupBy).flatMap {
            (rule) throws(CorpusError) in try GroupRule(parsing: rule).dicomIdentifier
        }
        if configuration.volumes != nil, options.ratios != nil || options.groupBy != nil {
            throw .argument(
                "the configuration gives every volume its split; leave --split and --group-by out")
        }
        try OutputPlace.refuseOverwriting(options.out)
        try OutputPlace.refuseNesting(options.out, in: options.folder)
        self.options = options
    }

    /// Does the work. `progress` hears of every image.
    public func run(
        progress: (PrepareProgress) -> Void = { _ in }
    ) throws(CorpusError) -> PrepareSummary {
        let batches = try batches()
        var leftovers: [String] = []
        let staging = try onFiles { () throws(FileError) in
            try StagedFolder(options.out) { leftover, folder in
                // Moved: what is left behind is removed.
                let place = "\(folder)/leftover-\(leftovers.count)"
                guard (try? FileSystem.rename("\(leftover)/encoded", to: place)) != nil else {
                    return
                }
                leftovers.append(place)
            }
        }
        let spool = try EncodedSpool(folder: "\(staging.path)/encoded", recipe: recipe)
        for leftover in leftovers { try spool.adopt(leftover) }
        var encoded = EncodedImages(spool: spool, options: options)
        try encoded.add(batches, progress: progress)
        try refuseNothing(encoded)
        let dataSet = try PreparedDataSet(encoded, options, configuration, reading)
        let summary = try dataSet.write(to: staging.path)
        try OutputPlace.refuseOverwriting(options.out)
        try spool.remove()
        try onFiles { () throws(FileError) in try staging.commit() }
        return summary
    }

    /// Everything besides the inputs that the encoded images depend on.
    private var recipe: String {
        [
            Release.version, "jpeg \(CodecVersions.jpeg)", "png \(CodecVersions.png)",
            "size \(options.size)", "quality \(options.quality)",
            "gdcm \(DicomImage.libraryVersion)", "\(reading)",
            "on error \(options.onError.rawValue)",
        ].joined(separator: ", ")
    }

    private var reading: ImageReading {
        var reading = options.reading
        if reading.intensity == .auto { reading.intensity = configuration.intensity ?? .auto }
        reading.exifOrientation = reading.exifOrientation || configuration.exifOrientation
        reading.shrinkTo = options.isFast ? options.size : nil
        return reading
    }

    private func batches() throws(CorpusError) -> [PrepareBatch] {
        if let plan = configuration.volumes {
            return try VolumeItems(folder: options.folder, plan: plan).batches()
        }
        let items = FolderItems(
            folder: options.folder, classText: configuration.classText, reading: reading)
        let dicom = DicomItems(reading: reading, identifier: identifier)
        return [
            PrepareBatch { () throws(CorpusError) in
                let (found, passedOver) = try items.find()
                return (dicom.resolved(found), passedOver)
            }
        ]
    }

    private func refuseNothing(_ encoded: EncodedImages) throws(CorpusError) {
        guard encoded.entries.isEmpty else { return }
        let files = encoded.rejections.filter { $0.reason != "hidden" }
        guard let first = files.first else {
            throw .dataSet(
                path: options.folder, reason: "only hidden files; nothing to prepare")
        }
        throw .dataSet(
            path: options.folder,
            reason: "no usable image among \(files.count) file\(files.count.ending); "
                + "the first is \(ImageKey.encode(first.path)): \(first.reason)")
    }
}
