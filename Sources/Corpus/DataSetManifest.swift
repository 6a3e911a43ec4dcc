import Files
import Imaging

/// `dataset.json`: what is in the data set, how it was made and what is not in it.
extension PreparedDataSet {
    func manifest(files: [WrittenFile], notes: [String]) -> JSON {
        let inClasses = ClassCounts(self)
        var members: [String: JSON] = [
            "schema_version": 1, "name": .string(configuration.name),
            "program": .string("cambium \(Release.version)"),
            "first_class_id": .integer(options.firstClassID),
            "counts": .object(Self.numbers(counts, total: entries.count)),
            "classes": .array(
                classes.texts.indices.map { description(ofClass: $0, inClasses) }),
            "split": .object(split.description),
            "image": [
                "format": "jpeg", "width": .integer(options.size), "height": .integer(options.size),
                "quality": .integer(options.quality), "subsampling": "4:2:0",
                "resampling": "bicubic", "aspect_kept": false,
                "decoding": options.isFast ? "scaled" : "exact",
            ],
            "libraries": ["gdcm": .string(DicomImage.libraryVersion)],
            "files": .object(
                Dictionary(uniqueKeysWithValues: files.map { ($0.name, Self.description($0)) })),
            "shards": .integer(options.shards),
            "rejected": .object(rejectionSummary), "warnings": .array(warnings),
            "notes": .array(notes.map(JSON.string)),
        ]
        members.merge(reading.members) { _, new in new }
        for (key, text) in configuration.provenance {
            members[key == "source" ? "provenance" : key] = .string(text)
        }
        return .object(members)
    }

    private func description(ofClass number: Int, _ counts: ClassCounts) -> JSON {
        [
            "class_id": .integer(options.firstClassID + number),
            "class_name": .string(classes.texts[number]),
            "folders": .array(
                counts.folders[number].sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                    .map(JSON.string)),
            "counts": .object(Self.numbers(counts.splits(number), total: counts.total(number))),
        ]
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
