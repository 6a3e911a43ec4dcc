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
    private let plan: PreparePlan

    /// Reads the configuration and checks the options.
    /// - Throws: ``CorpusError`` for anything that is wrong before the first image is read.
    public init(_ options: PrepareOptions) throws(CorpusError) {
        plan = try PreparePlan(options)
        try OutputPlace.refuseOverwriting(options.out)
        for input in options.inputs { try OutputPlace.refuseNesting(options.out, in: input) }
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

    private func help(_ crew: any PreparationCrew) throws(CorpusError) {
        var plan = plan
        let batches: [PrepareBatch]
        do throws(CorpusError) {
            batches = try refined(framed(plan.open()))
        } catch {
            // The leading process finds the same, or says that this one cannot.
            return try crew.say(.refused(error.description))
        }
        let options = plan.options
        let folder = "\(try crew.leadersNote())/encoded"
        let spool = EncodedSpool(of: folder, recipe: options.recipe)
        var share = EncodingShare(spool: spool, options: options, crew: crew)
        try share.encode(batches)
    }

    private func run(
        leading crew: (any PreparationCrew)?, _ progress: (PrepareProgress) -> Void
    ) throws(CorpusError) -> PrepareSummary {
        var plan = plan
        let source = try plan.open()
        let options = plan.options
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
        let dataSet = try PreparedDataSet(encoded, plan, source)
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
        guard plan.options.compatibility == nil else { return source.batches }
        let parts = PartItems(
            reading: plan.options.decoding, volumes: plan.options.volumes,
            identifier: plan.groupRule?.dicomIdentifier)
        return source.batches.map { batch in
            PrepareBatch(isEmpty: batch.isEmpty) { () throws(CorpusError) in
                let (items, passedOver) = try batch.find()
                return (parts.resolved(items), passedOver)
            }
        }
    }

    /// The batches with classes and splits applied that files of the user name.
    private func refined(_ batches: [PrepareBatch]) throws(CorpusError) -> [PrepareBatch] {
        let filter = try plan.options.keepClasses.map { path throws(CorpusError) in
            try ClassFilter(path)
        }
        var list: SplitList?
        if case .list(let path) = plan.options.split { list = try SplitList(path) }
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
                path: plan.options.folder, reason: "only hidden files; nothing to prepare")
        }
        throw .dataSet(
            path: plan.options.folder,
            reason: "no usable image among \(files.count) file\(files.count.ending); "
                + "the first is \(ImageKey.encode(first.path)): \(first.reason)")
    }
}
