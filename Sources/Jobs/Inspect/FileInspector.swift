internal import CambiumCorpus
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumImaging
internal import CambiumTorch

/// Tells what a file is from its first bytes, then reads it with the reader of its kind.
struct FileInspector {
    let path: String
    let listsTensors: Bool

    init(_ path: String, listsTensors: Bool) {
        (self.path, self.listsTensors) = (path, listsTensors)
    }

    func inspect() throws -> Inspection {
        let head = try MappedFile(path).withBytes { Array($0.prefix(4096)) }
        let size = Finding(
            "size", Amount.bytes(try FileSystem.size(path)),
            .integer(try FileSystem.size(path)))
        if head.isEmpty { return Inspection(path: path, kind: "empty file", findings: [size]) }
        if head.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]) { return try array(size) }
        switch try MappedFile(path).withBytes({ ImageFormat.claimed(by: $0) }) {
        case .dicom: return try dicom(size)
        // Whether a volume can be read is seen further below.
        case .nifti, nil: break
        case .some: return try picture(size)
        }
        if Self.isWeights(head) {
            return try WeightsInspector(path, listsTensors: listsTensors).inspect(size)
        }
        if BundleTarInspector.recognizes(head) {
            return try BundleTarInspector(path: path).inspect(size)
        }
        if FileSignature.mayBeVolume(head) { return try volume(size) }
        if let text = TextInspector(path, head: head) { return try text.inspect(size) }
        return Inspection(path: path, kind: "unknown binary file", findings: [size])
    }

    /// safetensors, a zip archive (torch.save), or a bare pickle, which the reader refuses.
    private static func isWeights(_ head: [UInt8]) -> Bool {
        head.withUnsafeBytes { SafeTensors.recognizes($0) } || head.starts(with: "PK".utf8)
            || head.count > 2 && head[0] == 0x80 && (2...5).contains(head[1])
    }

    private func array(_ size: Finding) throws -> Inspection {
        let array = try NPY(path)
        var findings = [
            Finding(
                "shape", "\(array.shape)", .array(array.shape.map(JSON.integer))),
            Finding("element", Self.name(array.element)), size,
        ]
        if let unit = try unitRows(array) { findings.append(unit) }
        let keys = (path.hasSuffix(".npy") ? String(path.dropLast(4)) : path) + ".keys.tsv"
        if FileSystem.kind(keys) == .file {
            let rows = try KeysSummary(keys).rows
            let agrees = rows == array.rows ? "" : ", but the array has \(array.rows)"
            findings.append(
                Finding(
                    "keys", "\(keys), \(Amount.counted(rows, "row"))\(agrees)",
                    ["path": .string(keys), "rows": .integer(rows)]))
        }
        if FileSystem.kind(keys) == .file, try KeysSummary(keys).rows == array.rows,
            let origin = try EmbeddingTable(path).origin
        {
            findings.append(
                ResultInspector.origin(origin.model.name, origin.model.sha256, origin.reading))
            if origin.isLearned {
                findings.append(
                    Finding("note", "the encoder learned from these very rows"))
            }
        }
        return Inspection(path: path, kind: "array (.npy)", findings: findings)
    }

    private static func name(_ element: NPYElement) -> String { "\(element)" }

    /// Whether rows have length 1, from at most the first thousand.
    private func unitRows(_ array: NPY) throws -> Finding? {
        guard !array.element.isInteger, array.shape.count == 2, array.columns > 0, array.rows > 0
        else { return nil }
        let rows = min(array.rows, 1000)
        let values = try array.floats(0..<rows * array.columns)
        let lengths = (0..<rows).map { row in
            values[row * array.columns..<(row + 1) * array.columns]
                .reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        }
        let isUnit = lengths.allSatisfy { abs($0 - 1) < 1e-2 }
        let text =
            lengths.contains { !$0.isFinite } ? "no: some values are not finite" : "\(isUnit)"
        return Finding("unit_length", text, .bool(isUnit))
    }

    private func picture(_ size: Finding) throws -> Inspection {
        let decoded = try onImage { bytes throws(ImageError) in try ImageDecoder.decode(bytes) }
        let (width, height) = (decoded.image.width, decoded.image.height)
        var findings = [
            Finding("width", count: width), Finding("height", count: height), size,
        ]
        if let warning = decoded.warning { findings.append(Finding("warning", warning)) }
        return Inspection(
            path: path, kind: "image (\(decoded.format.rawValue))", findings: findings)
    }

    private func dicom(_ size: Finding) throws -> Inspection {
        let summary = try onImage { bytes throws(ImageError) in try DicomImage.summary(bytes) }
        var findings = [
            Finding("width", count: summary.width), Finding("height", count: summary.height),
            Finding("frames", count: summary.frames),
            Finding("transfer_syntax", summary.transferSyntax),
            Finding("photometric", summary.photometric),
            Finding("bits_stored", count: summary.bitsStored),
        ]
        if let modality = summary.modality { findings.append(Finding("modality", modality)) }
        findings.append(Finding("view", summary.view ?? "none of its own"))
        return Inspection(path: path, kind: "image (DICOM)", findings: findings + [size])
    }

    private func volume(_ size: Finding) throws -> Inspection {
        let volume: NiftiVolume
        do { volume = try NiftiVolume(path) } catch {
            throw FileError.malformed(path: path, reason: "\(error)")
        }
        let extent = volume.dimensions.map { "\($0)" }.joined(separator: " x ")
        let voxel = volume.voxelSizes.map { "\(Double(Float($0)))" }.joined(separator: " x ")
        return Inspection(
            path: path, kind: "volume (NIfTI)",
            findings: [
                Finding(
                    "voxels", extent, .array(volume.dimensions.map(JSON.integer))),
                Finding(
                    "voxel_size", "\(voxel) mm", .array(volume.voxelSizes.map(JSON.number))),
                size,
            ])
    }

    private func onImage<Value>(
        _ body: (UnsafeRawBufferPointer) throws(ImageError) -> Value
    ) throws -> Value {
        let file = try MappedFile(path)
        do throws(ImageError) { return try file.withBytes(body) } catch {
            throw FileError.malformed(path: path, reason: error.description)
        }
    }
}
