internal import CambiumFiles

/// Keys: images and texts agree row by row, and no key stands twice.
struct KeyCheck {
    private(set) var findings: [ValidationFinding] = []

    init(_ tables: DataSetTables, _ rows: [ScannedRow]) {
        var known: [String: ScannedRow] = [:]
        for row in rows {
            guard let earlier = known[row.key] else {
                known[row.key] = row
                continue
            }
            let isSame = earlier.split == row.split
            findings.append(
                ValidationFinding(
                    code: isSame ? .keyRepeated : .keyInSplits, place: row.place, key: row.key,
                    message: "stands in \(earlier.place) already"
                        + (isSame ? "" : ", in another split")))
        }
        for split in tables.splits where split.images != nil && !split.keys.isEmpty {
            compare(split, rows.filter { $0.split == split.name })
        }
    }

    private mutating func compare(_ split: DataSetTables.Split, _ rows: [ScannedRow]) {
        for (row, key) in zip(rows, split.keys) {
            guard let key, key != row.key else { continue }
            findings.append(
                ValidationFinding(
                    code: .keysDiffer, place: split.places[row.row], key: key,
                    message: "the image in this row (\(row.place)) has the key \(row.key)"))
        }
        if rows.count != split.keys.count {
            findings.append(
                ValidationFinding(
                    code: .rowsDiffer, place: "\(split.name.rawValue)_text.tsv", key: nil,
                    message: "\(split.keys.count) rows, but \(rows.count) images"))
        }
    }
}

/// Classes: ids and texts agree with the label file, every class is in every split and has some
/// images.
struct ClassCheck {
    private(set) var findings: [ValidationFinding] = []

    init(_ tables: DataSetTables, _ rows: [ScannedRow], few: Int) {
        if let labels = tables.labels {
            for split in tables.splits { compare(split, labels) }
        }
        let isCaptions = rows.allSatisfy { $0.label?.classID == nil }
        guard !isCaptions else { return }
        var names = tables.labels?.texts ?? []
        let known = Set(names)
        names += Set(rows.compactMap { $0.label?.className }).subtracting(known)
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var counts: [String: [SplitName: Int]] = [:]
        for row in rows {
            guard let name = row.label?.className else { continue }
            counts[name, default: [:]][row.split, default: 0] += 1
        }
        for name in names { count(name, counts[name] ?? [:], tables, few: few) }
    }

    private mutating func compare(_ split: DataSetTables.Split, _ labels: LabelFile) {
        for (row, label) in split.labels.enumerated() {
            guard let label, let id = label.classID else { continue }
            let text = labels.text(of: id)
            guard text != label.className else { continue }
            let message =
                text.map {
                    "class_id \(id) is \"\($0)\" in unique_texts.txt, "
                        + "but \"\(label.className)\" here"
                } ?? "class_id \(id) is not in unique_texts.txt (\(labels.classIDs))"
            findings.append(
                ValidationFinding(
                    code: text == nil ? .classUnknown : .classTextDiffers,
                    place: split.places[row], key: split.keys[row], message: message))
        }
    }

    private mutating func count(
        _ name: String, _ counts: [SplitName: Int], _ tables: DataSetTables, few: Int
    ) {
        let total = counts.values.reduce(0, +)
        for split in tables.splits where counts[split.name] == nil {
            note(
                .classMissing, "\(split.name.rawValue)_text.tsv",
                "class \"\(name)\" has no image in \(split.name.rawValue)")
        }
        if total < few {
            note(
                .classSmall, "unique_texts.txt",
                "class \"\(name)\" has \(total) image\(total.ending), fewer than \(few)")
        }
    }

    private mutating func note(_ code: ValidationCode, _ place: String, _ message: String) {
        findings.append(ValidationFinding(code: code, place: place, key: nil, message: message))
    }
}

/// `dataset.json`: the counts, sizes and digests that it promises.
struct ManifestCheck {
    private(set) var findings: [ValidationFinding] = []

    init(_ tables: DataSetTables, _ rows: [ScannedRow]) {
        guard let manifest = tables.manifest else { return }
        if manifest["counts"]?.object == nil {
            note(.manifestInvalid, "has no counts, so that nothing here can be checked against it")
        }
        countImages(manifest, rows)
        countClasses(manifest, rows)
        measure(manifest, rows)
        for (name, file) in (manifest["files"]?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            digest(name, file, in: tables.path)
        }
    }

    private mutating func note(
        _ code: ValidationCode, _ message: String, place: String = "dataset.json",
        key: String? = nil
    ) {
        findings.append(ValidationFinding(code: code, place: place, key: key, message: message))
    }

    private mutating func countImages(_ manifest: JSON, _ rows: [ScannedRow]) {
        var found = ["total": rows.count]
        for row in rows { found[row.split.rawValue, default: 0] += 1 }
        for name in SplitName.allCases.map(\.rawValue) + ["total"] {
            guard let promised = manifest["counts"]?[name]?.integer,
                promised != found[name] ?? 0
            else { continue }
            note(.countDiffers, "counts.\(name) is \(promised), but there are \(found[name] ?? 0)")
        }
    }

    private mutating func countClasses(_ manifest: JSON, _ rows: [ScannedRow]) {
        let found = rows.reduce(into: [String: Int]()) {
            if let name = $1.label?.className { $0[name, default: 0] += 1 }
        }
        for entry in manifest["classes"]?.array ?? [] {
            guard let name = entry["class_name"]?.string,
                let promised = entry["counts"]?["total"]?.integer, promised != found[name] ?? 0
            else { continue }
            note(
                .countDiffers,
                "class \"\(name)\" has \(promised) images, but \(found[name] ?? 0) are there")
        }
    }

    private mutating func measure(_ manifest: JSON, _ rows: [ScannedRow]) {
        guard let width = manifest["image"]?["width"]?.integer,
            let height = manifest["image"]?["height"]?.integer
        else { return }
        for row in rows {
            guard let size = row.size, size.width != width || size.height != height else {
                continue
            }
            note(
                .imageSizeDiffers,
                "\(size.width) x \(size.height) pixels, but dataset.json says \(width) x \(height)",
                place: row.place, key: row.key)
        }
    }

    private mutating func digest(_ name: String, _ file: JSON, in folder: String) {
        let path = "\(folder)/\(name)"
        guard !name.contains("/"), let expected = file["sha256"]?.string else { return }
        guard FileSystem.kind(path) == .file else {
            note(.fileMissing, "dataset.json lists it, but it is not there", place: name)
            return
        }
        // An index is rebuilt by whoever reads its table; its content is checked against that.
        guard !name.hasSuffix(".lineidx") else { return }
        do throws(FileError) {
            let found = try Digest.sha256(file: path)
            guard found != expected else { return }
            note(
                .digestDiffers,
                "changed since it was made: sha256 \(found), "
                    + "dataset.json has \(expected)", place: name)
        } catch {
            note(.digestDiffers, error.description, place: name)
        }
    }
}
