internal import CambiumFiles
internal import CambiumImaging

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
    public var adopted = 0
    /// Images that another process was to encode and did not, as it found other images.
    public var redone = 0
    /// What the user should know although the data set is complete.
    public let notes: [String]
    /// How many data sets were made of folds; ``images`` are then those of the first.
    public var folds: Int?
}

/// Makes a data set of a folder, a manifest or other data sets: finds the images, decodes, resizes
/// and encodes them, chooses the classes, splits, and writes tables, line indexes,
/// `unique_texts.txt`, `rejected.tsv` and `dataset.json`.
///
/// The same folder, configuration and seed give the same bytes, whatever the file system's order
/// and the number of workers. The data set appears whole or not at all.
public struct Preparation {
    private var options: PrepareOptions
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
        let divides = options.split != nil || options.groupBy != nil || options.folds != nil
        if configuration.volumes != nil, divides {
            throw .argument(
                "the configuration gives every volume its split; leave --split, --folds and "
                    + "--group-by out")
        }
        try OutputPlace.refuseOverwriting(options.out)
        for input in options.inputs { try OutputPlace.refuseNesting(options.out, in: input) }
        self.options = configuration.applied(to: options)
    }

    /// Does the work. `progress` hears of every image.
    public func run(
        progress: (PrepareProgress) -> Void = { _ in }
    ) throws(CorpusError) -> PrepareSummary {
        try run(leading: nil, progress)
    }

    /// Does this process's part of the work: all but what others encode, or what it encodes for
    /// the leading process. The bytes are those of one process.
    /// - Returns: nil for a process that does not lead.
    public func run(
        in crew: any PreparationCrew, progress: (PrepareProgress) -> Void = { _ in }
    ) throws(CorpusError) -> PrepareSummary? {
        if crew.rank == 0 { return try run(leading: crew, progress) }
        try help(crew)
        return nil
    }

    /// Where the images come from, and the options that hold for them.
    private func sourced() throws(CorpusError) -> (PrepareSource, PrepareOptions) {
        let source = try PrepareSource(options, configuration)
        var options = options
        if let size = source.size, size != options.size { options.size = size }
        if let quality = source.quality, quality != options.quality { options.quality = quality }
        return (source, options)
    }

    private func help(_ crew: any PreparationCrew) throws(CorpusError) {
        let (batches, options): ([PrepareBatch], PrepareOptions)
        do throws(CorpusError) {
            let (source, applied) = try sourced()
            (batches, options) = (try refined(framed(source)), applied)
        } catch {
            // The leading process finds the same, or says that this one cannot.
            return try crew.say(.refused(error.description))
        }
        let folder = "\(try crew.leadersNote())/encoded"
        let spool = EncodedSpool(of: folder, recipe: options.recipe)
        var share = EncodingShare(spool: spool, options: options, crew: crew)
        try share.encode(batches)
    }

    private func run(
        leading crew: (any PreparationCrew)?, _ progress: (PrepareProgress) -> Void
    ) throws(CorpusError) -> PrepareSummary {
        let (source, options) = try sourced()
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
        let spool = try EncodedSpool(
            folder: "\(staging.path)/encoded", recipe: options.recipe,
            processes: crew?.size ?? 1)
        for leftover in leftovers { try spool.adopt(leftover) }
        // From now on the others may write there.
        try crew?.say(staging.path)
        var encoded = try EncodedImages(spool: spool, options: options, crew: crew)
        try encoded.add(refined(framed(source)), progress: progress)
        try refuseNothing(encoded)
        let dataSet = try PreparedDataSet(encoded, options, configuration, source)
        var summary = try dataSet.write(to: staging.path)
        summary.redone = encoded.redone
        try OutputPlace.refuseOverwriting(options.out)
        try spool.remove()
        try onFiles { () throws(FileError) in try staging.commit() }
        return summary
    }

    /// The batches with the frames of DICOM files and the slices of NIfTI files as images of their
    /// own.
    private func framed(_ source: PrepareSource) -> [PrepareBatch] {
        switch source.kind {
        case .volumes, .dataSet: return source.batches
        case .classFolders, .captions, .manifest: break
        }
        guard options.compatibility == nil else { return source.batches }
        let dicom = DicomItems(reading: options.decoding, identifier: identifier)
        let nifti = NiftiItems(reading: options.decoding, volumes: options.volumes)
        return source.batches.map { batch in
            PrepareBatch(isEmpty: batch.isEmpty) { () throws(CorpusError) in
                let (items, passedOver) = try batch.find()
                return (nifti.resolved(dicom.resolved(items)), passedOver)
            }
        }
    }

    /// The batches with classes and splits applied that files of the user name.
    private func refined(_ batches: [PrepareBatch]) throws(CorpusError) -> [PrepareBatch] {
        let filter = try options.keepClasses.map { path throws(CorpusError) in
            try ClassFilter(path)
        }
        var list: SplitList?
        if case .list(let path) = options.split { list = try SplitList(path) }
        if filter == nil, list == nil { return batches }
        guard batches.count == 1 else {
            throw .argument("volumes take no list of classes; leave --keep-classes out")
        }
        return batches.map { batch in
            PrepareBatch(isEmpty: batch.isEmpty) { [filter, list] () throws(CorpusError) in
                var (items, passedOver) = try batch.find()
                try filter?.apply(to: &items, passedOver: &passedOver)
                try list?.apply(to: &items, passedOver: passedOver)
                return (items, passedOver)
            }
        }
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
