import CambiumAdapters
import CambiumFiles
import CambiumPackaging
import CambiumTorch
import Testing

@Suite struct GoldenRowsTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    @Test func `without images patterns go along, and this machine computes what it did`() throws {
        for precision in [WeightPrecision.float32, .int8] {
            var options = BundleOptions()
            options.precision = precision
            let path = try shop.bundle(options: options, to: precision.rawValue)
            let result = try BundleVerification(ModelBundle(path))
            #expect(result.isPassed && result.complaints.isEmpty)
            #expect(
                result.rows.count == 6
                    && result.rows.compactMap(\.pixelsAgree) == [true, true, true])
            #expect(result.embedding < 1e-6 && result.probability < 1e-6)
            #expect(JSON.encode(result)["passed"] == true)
        }
    }

    @Test func `images that are given go along byte for byte`() throws {
        var options = BundleOptions()
        options.golden = try shop.images.prefix(3).map {
            GoldenPicture(name: $0, bytes: try shop.bytes($0))
        }
        let path = try shop.bundle(adapter: shop.adapter(), options: options)
        #expect(
            try FileSystem.names(in: "\(path)/golden")
                == ["1.png", "2.png", "3.jpg", "golden.json"])
        #expect(try FileSystem.read("\(path)/golden/3.jpg") == shop.bytes("photo.jpg"))
        #expect(try BundleVerification(ModelBundle(path)).isPassed)
        options.golden = [GoldenPicture(name: "broken.png", bytes: Array("no picture".utf8))]
        #expect {
            try shop.bundle(options: options, to: "other")
        } throws: {
            "\($0)".contains("broken.png")
        }
    }

    @Test func `a machine that computes something else is found out`() throws {
        // What another machine would have written: the same bundle with other expectations.
        let path = try shop.bundle(adapter: shop.adapter())
        let file = "\(path)/golden/golden.json"
        let old = try FileSystem.readText(file)
        func forge(_ text: String) throws {
            try FileSystem.write(text, to: file)
            var members = try #require(JSON(file: "\(path)/bundle.json").object)
            var files = try #require(members["files"]?.object)
            files["golden/golden.json"] = [
                "size": .integer(text.utf8.count), "sha256": .string(try Digest.sha256(file: file)),
            ]
            members["files"] = .object(files)
            members["manifest_sha256"] = nil
            let own = Digest.sha256(Array(JSON.object(members).document.utf8))
            members["manifest_sha256"] = .string(own)
            try FileSystem.write(JSON.object(members).document, to: "\(path)/bundle.json")
        }
        func changed(_ change: (inout [String: JSON]) -> Void) throws -> String {
            var members = try #require(JSON(parsing: old).object)
            var images = try #require(members["images"]?.array)
            var image = try #require(images[1].object)
            change(&image)
            images[1] = .object(image)
            members["images"] = .array(images)
            return JSON.object(members).document
        }
        func shifted(_ json: JSON?, by shift: Double) -> JSON {
            .array((json?.array ?? []).map { .number(($0.number ?? 0) + shift) })
        }
        try forge(changed { $0["embedding"] = shifted($0["embedding"], by: 1e-4) })
        let off = try BundleVerification(ModelBundle(path))
        #expect(!off.isPassed && off.complaints.count == 1)
        #expect(off.complaints[0].contains("golden/2.jpg: the embedding differs by"))
        try forge(changed { $0["probabilities"] = shifted($0["probabilities"], by: 2e-3) })
        #expect(try !BundleVerification(ModelBundle(path)).isPassed)
        try forge(changed { $0["embedding"] = [1, 2] })
        #expect(throws: PackagingError.self) { try BundleVerification(ModelBundle(path)) }
        try forge(changed { $0["file"] = "../outside" })
        #expect(throws: PackagingError.self) { try BundleVerification(ModelBundle(path)) }
        try forge(old)
        #expect(try BundleVerification(ModelBundle(path)).isPassed)
    }
}
