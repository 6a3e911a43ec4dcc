internal import CambiumFiles

/// The files of a data set, opened as far as they can be; what is wrong with them is noted.
struct DataSetTables {
    /// One split's tables.
    struct Split {
        let name: SplitName
        var images: ShardedFiles?
        /// The text table's keys and labels, nil where a row cannot be read.
        var keys: [String?] = []
        var labels: [RowLabel?] = []
        /// Where the rows of the text table stand.
        var places: [String] = []
    }

    let path: String
    private(set) var splits: [Split] = []
    private(set) var labels: LabelFile?
    private(set) var manifest: JSON?
    private(set) var findings: [ValidationFinding] = []

    var imageCount: Int { splits.reduce(0) { $0 + ($1.images?.count ?? 0) } }

    /// Opens a folder.
    /// - Throws: when it has no table at all.
    init(_ path: String) throws(CorpusError) {
        self.path = path
        let present = SplitName.allCases.filter { name in
            ["images", "text"].contains { ShardedFiles.exists("\(path)/\(name.rawValue)_\($0)") }
        }
        guard !present.isEmpty else {
            throw .dataSet(
                path: path,
                reason: "not a data set: no train_images.tsv, validation_images.tsv or "
                    + "test_images.tsv; make one with `cambium prepare`")
        }
        manifest = readManifest()
        for name in present {
            var split = Split(name: name)
            split.images = open("\(name.rawValue)_images")
            if let texts = open("\(name.rawValue)_text") { read(texts, into: &split) }
            splits.append(split)
        }
        labels = readLabels()
    }

    private mutating func note(
        _ code: ValidationCode, _ place: String, _ message: String, key: String? = nil
    ) {
        findings.append(
            ValidationFinding(code: code, place: place, key: key, message: message))
    }

    private mutating func readManifest() -> JSON? {
        guard FileSystem.kind("\(path)/dataset.json") != nil else { return nil }
        do throws(FileError) {
            let json = try JSON(file: "\(path)/dataset.json")
            guard json.object != nil else {
                note(.manifestInvalid, "dataset.json", "must be a JSON object")
                return nil
            }
            return json
        } catch {
            note(.manifestInvalid, "dataset.json", error.description)
            return nil
        }
    }

    private mutating func open(_ stem: String) -> ShardedFiles? {
        guard ShardedFiles.exists("\(path)/\(stem)") else {
            note(.tableMissing, "\(stem).tsv", "is missing; its split's other table is there")
            return nil
        }
        do throws(CorpusError) {
            let files = try ShardedFiles(scanning: "\(path)/\(stem)")
            for file in files.files { checkIndex(of: file) }
            return files
        } catch {
            note(.tableUnreadable, "\(stem).tsv", error.description)
            return nil
        }
    }

    /// Other programs trust a stored line index blindly.
    private mutating func checkIndex(of file: TSVReader) {
        let index = LineIndex.path(for: file.path)
        let name = FileSystem.name(index)
        guard FileSystem.kind(index) != nil else {
            note(.lineIndexMissing, name, "is missing; it is rebuilt when the table is read")
            return
        }
        guard let stored = try? FileSystem.readText(index), Self.plain(stored) == file.lineIndex
        else {
            note(
                .lineIndexWrong, name,
                "does not fit \(FileSystem.name(file.path)); delete it, it is rebuilt")
            return
        }
    }

    private static func plain(_ text: String) -> String {
        let lines = text.contains("\r\n") ? text.replacing("\r\n", with: "\n") : text
        return lines.isEmpty || lines.hasSuffix("\n") ? lines : "\(lines)\n"
    }

    private mutating func read(_ texts: ShardedFiles, into split: inout Split) {
        var known: [String: RowLabel] = [:]
        for row in 0..<texts.count {
            let (file, inFile) = texts.locate(row)
            let place = "\(FileSystem.name(file.path)):\(inFile + 1)"
            var (key, label): (String?, RowLabel?)
            do throws(CorpusError) {
                key = try file.key(inFile)
                let cell = try file.value(inFile)
                label = known[cell]
                if label == nil {
                    label = try RowLabel(readable: cell)
                    known[cell] = label
                }
            } catch {
                let code = key == nil ? ValidationCode.rowMalformed : .textInvalid
                note(code, place, error.reason, key: key)
            }
            split.keys.append(key)
            split.labels.append(label)
            split.places.append(place)
        }
    }

    private mutating func readLabels() -> LabelFile? {
        let name = "unique_texts.txt"
        let ids = splits.lazy.flatMap(\.labels).compactMap { $0?.classID }
        guard FileSystem.kind("\(path)/\(name)") != nil else {
            if ids.first != nil {
                note(.labelsMissing, name, "is missing; class ids cannot be checked")
            }
            return nil
        }
        let stored = manifest?["first_class_id"]?.integer
        let first = stored ?? (ids.contains(0) ? 0 : 1)
        do throws(CorpusError) {
            return try LabelFile("\(path)/\(name)", firstClassID: first)
        } catch {
            note(.labelsInvalid, name, error.description)
            return nil
        }
    }
}

extension RowLabel {
    /// A cell of a text table, with an error of this floor.
    fileprivate init(readable cell: String) throws(CorpusError) {
        do throws(LabelError) { try self.init(cell: cell) } catch {
            throw .image(key: "", reason: error.reason)
        }
    }
}
