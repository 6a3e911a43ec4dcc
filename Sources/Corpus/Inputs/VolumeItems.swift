import CambiumFiles
import CambiumImaging
import Glibc

/// The slices of the volumes below a folder.
struct VolumeItems {
    let folder: String
    let plan: VolumePlan

    /// One batch a volume, so that few volumes are in memory at a time, and what no entry names.
    func batches() throws(CorpusError) -> [PrepareBatch] {
        let walk = try FolderWalk(folder)
        var rest = walk.files
        var batches: [PrepareBatch] = []
        var grids = SubjectGrids()
        for entry in plan.entries {
            let files = rest.filter { fnmatch(entry.file, $0, FNM_PATHNAME) == 0 }
            guard !files.isEmpty else {
                throw .dataSet(
                    path: "\(folder)/\(entry.file)",
                    reason: "no such volume; the configuration names it under volumes")
            }
            rest.removeAll(where: files.contains)
            for file in files {
                try grids.check("\(folder)/\(file)", of: entry, heldOut: plan.holdout != nil)
                batches.append(
                    PrepareBatch { () throws(CorpusError) in try find(file, entry) })
            }
        }
        let passedOver =
            walk.passedOver.map { Rejection(path: $0.path, reason: $0.reason) }
            + rest.map { Rejection(path: $0, reason: "not named under volumes") }
        return batches + [
            PrepareBatch(isEmpty: true) { () throws(CorpusError) in ([], passedOver) }
        ]
    }

    private func find(
        _ file: String, _ entry: VolumePlan.Entry
    ) throws(CorpusError) -> (items: [PrepareItem], passedOver: [Rejection]) {
        do throws(ImageError) {
            let volume = try NiftiVolume("\(folder)/\(file)").reorientedToRAS()
            let window = try IntensityWindow(
                ofPositive: volume.voxels, percentiles: plan.slices.percentiles)
            var cuts = VolumeCuts(
                file: file, origin: "\(folder)/\(file)", entry: entry, plan: plan, volume: volume,
                window: window)
            for plane in plan.slices.planes { cuts.add(plane) }
            return (cuts.items, cuts.passedOver)
        } catch {
            throw .image(key: "\(folder)/\(file)", reason: error.description)
        }
    }
}

/// One volume's slices, plane after plane.
private struct VolumeCuts {
    let file: String
    let origin: String
    let entry: VolumePlan.Entry
    let plan: VolumePlan
    let volume: NiftiVolume
    let window: IntensityWindow
    private(set) var items: [PrepareItem] = []
    private(set) var passedOver: [Rejection] = []

    init(
        file: String, origin: String, entry: VolumePlan.Entry, plan: VolumePlan,
        volume: NiftiVolume, window: IntensityWindow
    ) {
        (self.file, self.origin, self.entry, self.plan) = (file, origin, entry, plan)
        (self.volume, self.window) = (volume, window)
    }

    /// Adds a plane's slices. A slice's level is its place between the first and the last slice
    /// with enough foreground.
    mutating func add(_ plane: Plane) {
        let count = volume.dimensions[plane.axis]
        let shares = (0..<count).map { foreground(volume.slice(plane, $0)) }
        let used = shares.indices.filter { shares[$0] > plan.slices.minForeground }
        guard let first = used.first, let last = used.last else { return }
        for index in 0..<count {
            if shares[index] > plan.slices.minForeground {
                let levels = plan.slices.levels
                let level = min(levels - 1, levels * (index - first) / (last + 1 - first))
                add(plane, index, level: level)
            } else {
                leaveOut(plane, index, "foreground in \(plan.slices.minForeground) of it or less")
            }
        }
    }

    private mutating func add(_ plane: Plane, _ index: Int, level: Int) {
        var split: SplitName? = entry.split
        if let holdout = plan.holdout, entry.split == .train {
            split = holdout.split(index: index)
        }
        guard let split else {
            leaveOut(plane, index, "between a held-out block and the training slices")
            return
        }
        let folder = "\(plane.rawValue)_\(level + 1)"
        let (volume, window) = (volume, window)
        items.append(
            PrepareItem(
                path: path(plane, index),
                key: ImageKey.encode("\(folder)/\(name(plane, index))"),
                classText: plan.slices.text(plane, level: level), classFolder: folder,
                split: split,
                source: ItemSource(.file(origin)) { _ throws(CorpusError) in
                    (window.image(volume.slice(plane, index)), nil)
                }))
    }

    private mutating func leaveOut(_ plane: Plane, _ index: Int, _ reason: String) {
        passedOver.append(Rejection(path: path(plane, index), reason: reason))
    }

    private func foreground(_ slice: VolumeSlice) -> Double {
        let count = slice.values.reduce(0) {
            $0 + (window.fraction($1) > plan.slices.foreground ? 1 : 0)
        }
        return Double(count) / Double(max(slice.values.count, 1))
    }

    private func path(_ plane: Plane, _ index: Int) -> String {
        "\(file)#\(plane.rawValue)_\(padded(index))"
    }

    private func name(_ plane: Plane, _ index: Int) -> String {
        var name = String(file.map { $0 == "/" ? "_" : $0 })
        for ending in [".gz", ".nii"] where name.hasSuffix(ending) {
            name.removeLast(ending.count)
        }
        return "\(name)_\(plane.rawValue)_\(padded(index))"
    }

    private func padded(_ index: Int) -> String {
        String(repeating: "0", count: max(0, 3 - "\(index)".count)) + "\(index)"
    }
}

/// Slices are held out by index, which only separates neighbours when all volumes of a subject
/// lie on one grid.
private struct SubjectGrids {
    private var known: [String: (path: String, dimensions: [Int], affine: [[Double]])] = [:]

    mutating func check(
        _ path: String, of entry: VolumePlan.Entry, heldOut: Bool
    ) throws(CorpusError) {
        guard heldOut, entry.split == .train else { return }
        let volume: NiftiVolume
        do throws(ImageError) {
            volume = try NiftiVolume(path).reorientedToRAS()
        } catch {
            throw .image(key: path, reason: error.description)
        }
        guard let first = known[entry.subject] else {
            known[entry.subject] = (path, volume.dimensions, volume.affine)
            return
        }
        let shift = zip(first.affine.joined(), volume.affine.joined()).map { abs($0 - $1) }
        guard first.dimensions == volume.dimensions, shift.allSatisfy({ $0 < 1e-3 }) else {
            throw .dataSet(
                path: path,
                reason: "another grid than \(first.path), which shows the same subject; slices "
                    + "cannot be held out by index (leave one of the volumes out)")
        }
    }
}
