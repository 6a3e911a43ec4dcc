internal import CambiumFiles
internal import CambiumImaging

// dicom-values OUT FILE...: for each file a line of JSON on standard output (what it holds, or why
// it is refused), and OUT/NUMBER.stored (all frames' stored values, int64) and OUT/NUMBER.rgb (all
// frames' pictures, 8-bit RGB by the recipe `auto`) for compare.py.

func values(_ path: String, _ stem: String) throws -> JSON {
    let file = try MappedFile(path)
    return try file.withBytes { bytes in
        guard DicomImage.recognizes(bytes) else {
            _ = try ImageDecoder.decode(bytes)
            return ["path": .string(path), "format": "other"]
        }
        let summary = try DicomImage.summary(bytes)
        var stored = try AtomicFile("\(stem).stored")
        var pictures = try AtomicFile("\(stem).rgb")
        for frame in 0..<summary.frames {
            let samples = try DicomImage.storedValues(bytes, frame: frame)
            try stored.write(
                samples.flatMap { withUnsafeBytes(of: Int64($0).littleEndian, Array.init) })
            try pictures.write(ImageDecoder.decode(bytes, frame: frame).image.pixels)
        }
        try stored.commit()
        try pictures.commit()
        return [
            "path": .string(path), "width": .integer(summary.width),
            "height": .integer(summary.height), "frames": .integer(summary.frames),
            "syntax": .string(summary.transferSyntax),
            "view": summary.view.map(JSON.string) ?? .null,
        ]
    }
}

for (number, path) in CommandLine.arguments.dropFirst(2).enumerated() {
    let stem = "\(CommandLine.arguments[1])/\(number)"
    do {
        print(try values(path, stem).line)
    } catch {
        print(JSON.object(["path": .string(path), "error": .string("\(error)")]).line)
    }
}
