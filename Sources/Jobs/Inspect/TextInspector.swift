internal import CambiumCorpus
internal import CambiumFiles
internal import CambiumImaging

/// Tells what a text file is: a table of a data set, a keys file, JSON, or just text.
struct TextInspector {
    let path: String
    private let cells: [Substring]
    private let firstCharacter: Character?

    /// nil when the head of the file is no text.
    init?(_ path: String, head: [UInt8]) {
        // The head may end inside a character of up to four bytes.
        let text = (0..<4).lazy.compactMap { cut in
            String(validating: head.dropLast(min(cut, head.count)), as: UTF8.self)
        }.first
        guard let text, !head.contains(0) else { return nil }
        self.path = path
        cells =
            (text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).first ?? "")
            .split(separator: "\t", omittingEmptySubsequences: false)
        firstCharacter = text.first { !$0.isWhitespace }
    }

    func inspect(_ size: Finding) throws -> Inspection {
        if cells.count == 3, cells[1].isEmpty || Int(cells[1]) != nil { return try keys(size) }
        if cells.count == 2 { return try table(size) }
        if firstCharacter == "{" || firstCharacter == "[" { return try json(size) }
        let lines = try MappedFile(path).withBytes { bytes in
            bytes.count { $0 == 0x0A } + (bytes.last == 0x0A ? 0 : 1)
        }
        return Inspection(
            path: path, kind: "text", findings: [Finding("lines", count: lines), size])
    }

    private func keys(_ size: Finding) throws -> Inspection {
        let summary = try KeysSummary(path)
        return Inspection(
            path: path, kind: "keys file",
            findings: [
                Finding("rows", count: summary.rows), Finding("classes", count: summary.classes),
                size,
            ])
    }

    /// Images where the first row's second cell is base64 of a picture, texts otherwise.
    private func table(_ size: Finding) throws -> Inspection {
        let pictureStarts = ["/9j/", "iVBOR", "\"/9j/", "\"iVBOR"]
        if pictureStarts.contains(where: cells[1].hasPrefix) {
            let images = try ImageTable(path)
            let first = try images.bytes(0)
            return Inspection(
                path: path, kind: "table of images",
                findings: [
                    Finding("rows", count: images.count), size,
                    try Self.firstImage(first, "\(path):1"),
                ])
        }
        let texts = try TextTable(path)
        return Inspection(
            path: path, kind: "table of texts",
            findings: [
                Finding("rows", count: texts.count),
                Finding("different_texts", count: texts.distinctLabels.count), size,
            ])
    }

    /// What the first picture of a table is, as an example of all.
    static func firstImage(_ bytes: [UInt8], _ place: String) throws -> Finding {
        do throws(ImageError) {
            let decoded = try ImageDecoder.decode(bytes)
            let (width, height) = (decoded.image.width, decoded.image.height)
            return Finding(
                "first_image",
                "\(decoded.format.rawValue) \(width)x\(height), \(Amount.bytes(bytes.count))",
                [
                    "format": .string(decoded.format.rawValue), "width": .integer(width),
                    "height": .integer(height), "bytes": .integer(bytes.count),
                ])
        } catch {
            throw FileError.malformed(path: place, reason: error.description)
        }
    }

    private func json(_ size: Finding) throws -> Inspection {
        let json = try JSON(file: path)
        let members = json.object.map { $0.keys.sorted().joined(separator: ", ") }
        return Inspection(
            path: path, kind: json["confusion_matrix"] == nil ? "JSON" : "metrics",
            findings: [Finding("members", members ?? "a list"), size])
    }
}

/// Rows and classes of a `NAME.keys.tsv`.
struct KeysSummary {
    let rows: Int
    let classes: Int

    init(_ path: String) throws {
        let lines = try FileSystem.readText(path).split(whereSeparator: \.isNewline)
        rows = lines.count
        var ids: Set<Substring> = []
        for (index, line) in lines.enumerated() {
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard cells.count <= 3 else {
                throw FileError.malformed(
                    path: "\(path):\(index + 1)",
                    reason: "key, class_id and class_name expected, got \(cells.count) columns")
            }
            if cells.count > 1, !cells[1].isEmpty { ids.insert(cells[1]) }
        }
        classes = ids.count
    }
}
