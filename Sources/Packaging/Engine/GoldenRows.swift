internal import CambiumCorpus
internal import CambiumEncoders
internal import CambiumFiles
internal import CambiumImaging

/// A few pictures and texts with what the packaging machine computed for them, so that another
/// machine can prove that it computes the same.
///
/// The pictures' own files go along in `golden/`: decoding and resizing are proven too. Everything
/// is computed in float32 whatever the weights are stored in, so that one tolerance holds for all
/// of them; it covers another order of the same sums (other processors, threads, a GPU).
struct GoldenRows {
    static let file = "golden/golden.json"
    static let most = 64

    struct Image {
        let file: String
        let sha256: String
        /// The digest of the prepared pixels, which are the same to the last bit everywhere.
        let pixels: String
        let embedding: [Double]
        let probabilities: [Double]
    }

    struct Text {
        let text: String
        let embedding: [Double]
    }

    /// How far an embedding's numbers and a probability may be off.
    var tolerance = (embedding: 2e-5, probability: 1e-3)
    var images: [Image] = []
    var texts: [Text] = []

    /// Computes the rows of pictures, whose files are written into `folder`/golden.
    init(_ pictures: [GoldenPicture], _ engine: Engine, in folder: String) throws {
        let prepared = try pictures.map { try $0.prepared(engine.preparation) }
        for (index, picture) in pictures.enumerated() {
            // One by one, as ``BundleVerification`` does.
            let output = try engine.run([prepared[index].pixels])
            let name = "golden/\(index + 1).\(prepared[index].suffix)"
            try FileSystem.makeFolder("\(folder)/golden")
            try FileSystem.write(picture.bytes, to: "\(folder)/\(name)")
            images.append(
                Image(
                    file: name, sha256: Digest.sha256(picture.bytes),
                    pixels: Self.digest(prepared[index].pixels),
                    embedding: output.embeddings.map(Double.init),
                    probabilities: output.probabilities))
        }
        for text in Self.distinct(engine.labels.map(\.text)).prefix(3) {
            let embedding = try engine.embed(texts: [text]).map(Double.init)
            texts.append(Text(text: text, embedding: embedding))
        }
        try FileSystem.write(json.document, to: "\(folder)/\(Self.file)")
    }

    private static func distinct(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }

    static func digest(_ pixels: [Float]) -> String {
        pixels.withUnsafeBytes { bytes in
            var digest = Digest()
            digest.update(bytes)
            return digest.finish()
        }
    }
}

/// An image file for a golden row.
public struct GoldenPicture: Sendable {
    /// Where it came from, for messages.
    public let name: String
    /// The file.
    public let bytes: [UInt8]

    /// A picture of a file.
    public init(name: String, bytes: [UInt8]) { (self.name, self.bytes) = (name, bytes) }

    func prepared(_ preparation: ImagePreparation) throws -> (pixels: [Float], suffix: String) {
        do throws(ImageError) {
            let decoded = try ImageDecoder.decode(bytes, reading: preparation.reading)
            return (preparation.pixels(decoded.image), decoded.format.fileExtension)
        } catch {
            throw PackagingError.mismatch("\(name): \(error); choose another golden image")
        }
    }

    /// Pictures that show nobody: patterns, the same on every machine.
    static func patterns() throws -> [GoldenPicture] {
        func picture(_ width: Int, _ height: Int, seed: UInt64, noise: Double) -> RGBImage {
            var generator = SeededGenerator(seed: seed)
            var pixels: [UInt8] = []
            pixels.reserveCapacity(width * height * 3)
            for y in 0..<height {
                for x in 0..<width {
                    let ramp = [x * 255 / width, y * 255 / height, (x ^ y) & 255]
                    for value in ramp {
                        let shift = Int(noise * Double(generator.index(below: 256)))
                        pixels.append(UInt8(min(value + shift, 255)))
                    }
                }
            }
            return RGBImage(width: width, height: height, pixels: pixels)
        }
        return [
            GoldenPicture(
                name: "pattern 1",
                bytes: try PNGEncoder.encode(picture(97, 61, seed: 1, noise: 0.2))),
            GoldenPicture(
                name: "pattern 2",
                bytes: try JPEGEncoder.encode(picture(320, 256, seed: 2, noise: 0), quality: 90)),
            GoldenPicture(
                name: "pattern 3",
                bytes: try PNGEncoder.encode(picture(40, 120, seed: 3, noise: 1))),
        ]
    }
}

extension GoldenRows {
    var json: JSON {
        func list(_ values: [Double]) -> JSON { .array(values.map(JSON.number)) }
        return [
            "schema_version": 1,
            "tolerance": [
                "embedding": .number(tolerance.embedding),
                "probability": .number(tolerance.probability),
            ],
            "images": .array(
                images.map { image in
                    [
                        "file": .string(image.file), "sha256": .string(image.sha256),
                        "pixels_sha256": .string(image.pixels), "embedding": list(image.embedding),
                        "probabilities": list(image.probabilities),
                    ]
                }),
            "texts": .array(
                texts.map { ["text": .string($0.text), "embedding": list($0.embedding)] }),
        ]
    }

    /// Reads the rows of a bundle.
    /// - Throws: ``PackagingError/damaged(path:reason:)`` where they make no sense.
    init(_ json: JSON, path: String, width: Int, classes: Int) throws(PackagingError) {
        func numbers(_ json: JSON?, _ count: Int) -> [Double]? {
            let values = json?.array?.compactMap(\.number)
            return values?.count == count ? values : nil
        }
        let damaged = PackagingError.damaged(path: path, reason: "holds no golden rows")
        guard json["schema_version"] == 1, let images = json["images"]?.array,
            let texts = json["texts"]?.array, images.count <= Self.most, texts.count <= Self.most,
            let embedding = json["tolerance"]?["embedding"]?.number,
            let probability = json["tolerance"]?["probability"]?.number,
            (0...0.01).contains(embedding), (0...0.01).contains(probability)
        else { throw damaged }
        tolerance = (embedding, probability)
        for entry in images {
            guard let file = entry["file"]?.string, let digest = entry["sha256"]?.string,
                let pixels = entry["pixels_sha256"]?.string,
                let embedding = numbers(entry["embedding"], width),
                let probabilities = numbers(entry["probabilities"], classes)
            else { throw damaged }
            self.images.append(
                Image(
                    file: file, sha256: digest, pixels: pixels, embedding: embedding,
                    probabilities: probabilities))
        }
        for entry in texts {
            guard let text = entry["text"]?.string,
                let embedding = numbers(entry["embedding"], width)
            else { throw damaged }
            self.texts.append(Text(text: text, embedding: embedding))
        }
        guard !self.images.isEmpty else { throw damaged }
    }
}
