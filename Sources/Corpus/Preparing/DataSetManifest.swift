import CambiumFiles
import CambiumImaging

/// `dataset.json`: what is in the data set, how it was made and what is not in it.
extension PreparedDataSet {
    func manifest(files: [WrittenFile], notes: [String]) -> JSON {
        var members: [String: JSON] = [
            "schema_version": 1, "name": .string(plan.name),
            "program": .string("cambium \(Release.version)"),
            "first_class_id": .integer(options.firstClassID),
            "counts": .object(Self.numbers(counts, total: written)),
            "classes": .array(classDescriptions),
            "split": .object(splitDescription), "duplicates": .object(duplicateFacts),
            "image": .object(imageDescription),
            "files": .object(
                Dictionary(uniqueKeysWithValues: files.map { ($0.name, Self.description($0)) })),
            "shards": .integer(options.shards),
            "rejected": .object(rejectionSummary), "warnings": .array(warnings),
            "notes": .array(notes.map(JSON.string)),
        ]
        for (key, text) in plan.configuration.provenance {
            members[key == "source" ? "provenance" : key] = .string(text)
        }
        switch source.kind {
        case .classFolders, .captions, .manifest:
            members.merge(JSON.encode(recipe).object ?? [:]) { _, new in new }
            members["libraries"] = .object(DicomImage.libraries.mapValues(JSON.string))
        case .volumes, .dataSet: break
        }
        if source.kind != .classFolders, source.kind != .volumes {
            members["input"] = .string(source.kind.rawValue)
        }
        if entries.contains(where: \.item.isVolume) {
            members["volumes"] = JSON.encode(options.volumes)
        }
        if entries.contains(where: \.item.isCaption) { members["texts"] = "captions" }
        for (key, value) in source.inherited where members[key] == nil { members[key] = value }
        return .object(members)
    }

    /// How files became pixels. A background that nobody asked for and no image needed is none.
    private var recipe: ImageReading {
        var recipe = options.reading
        let used = options.decoding.background
        let isNeeded = encoded.warnings[ImageDecoder.transparency(used)] != nil
        recipe.background = options.background ?? (isNeeded ? used : .keep)
        return recipe
    }

    private var written: Int { counts.reduce(0) { $0 + $1.count } }

    /// What the stored images are; of images that were stored already, what was said of them.
    private var imageDescription: [String: JSON] {
        let quality = source.kind == .dataSet ? source.quality : options.quality
        let members: [String: JSON] = [
            "format": "jpeg", "width": .integer(options.size), "height": .integer(options.size),
            "quality": quality.map(JSON.integer) ?? .null, "subsampling": "4:2:0",
            "resampling": "bicubic", "aspect_kept": false,
            "decoding": options.isFast ? "scaled" : "exact",
        ]
        let asked: Set = ["width", "height", "quality"]
        let earlier = (source.inherited["image"]?.object ?? [:]).filter { !asked.contains($0.key) }
        return members.merging(earlier) { $1 }
    }

    /// The split, with every class's deviation where groups limit it.
    private var splitDescription: [String: JSON] {
        guard split.isGrouped else { return split.description }
        let deviations = split.deviations(classOfRow).sorted { $0.key < $1.key }
        var members = split.description
        members["deviations"] = .array(
            deviations.map { number, shares in
                var entry: [String: JSON] = [
                    "class_id": .integer(options.firstClassID + number),
                    "class_name": .string(classes.texts[number]),
                ]
                for (name, share) in zip(SplitName.allCases, shares) {
                    entry[name.rawValue] = .number((share * 1e6).rounded() / 1e6)
                }
                return .object(entry)
            })
        return members
    }

    private var classDescriptions: [JSON] {
        let inClasses = ClassCounts(self)
        return classes.texts.indices.map { number in
            let sorted = inClasses.folders[number].sorted {
                $0.utf8.lexicographicallyPrecedes($1.utf8)
            }
            return [
                "class_id": .integer(options.firstClassID + number),
                "class_name": .string(classes.texts[number]),
                "folders": .array(sorted.map(JSON.string)),
                "counts": .object(
                    Self.numbers(inClasses.splits(number), total: inClasses.total(number))),
            ]
        }
    }

    private static func numbers(
        _ counts: [(split: SplitName, count: Int)], total: Int
    ) -> [String: JSON] {
        counts.reduce(into: ["total": .integer(total)]) {
            $0[$1.split.rawValue] = .integer($1.count)
        }
    }

    private static func description(_ file: WrittenFile) -> JSON {
        ["sha256": .string(file.sha256), "bytes": .integer(file.bytes)]
    }

    /// How many inputs were not used, and why, without the details that differ between files.
    private var rejectionSummary: [String: JSON] {
        var reasons: [String: Int] = [:]
        for rejection in rejections {
            let general = rejection.reason.prefix { $0 != ":" && $0 != "(" && $0 != ";" }
            reasons[String(general).trimmed, default: 0] += 1
        }
        return [
            "count": .integer(rejections.count),
            "reasons": .object(reasons.mapValues(JSON.integer)),
        ]
    }

    private var warnings: [JSON] {
        encoded.warnings.sorted { $0.key < $1.key }.map { warning, keys in
            [
                "warning": .string(warning), "count": .integer(keys.count),
                "first_keys": .array(keys.prefix(5).map(JSON.string)),
            ]
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
