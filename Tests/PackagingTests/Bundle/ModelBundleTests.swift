import CambiumFiles
import CambiumPackaging
import Glibc
import Testing

@Suite struct ModelBundleTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    @Test func `one flipped bit in any file is refused by name`() throws {
        let path = try shop.bundle(adapter: shop.adapter())
        _ = try ModelBundle(path)
        for name in try shop.files(in: path) {
            let file = "\(path)/\(name)"
            let whole = try FileSystem.read(file)
            for position in [0, whole.count / 2, whole.count - 1] {
                var bytes = whole
                bytes[position] ^= 1
                try FileSystem.write(bytes, to: file)
                expectRefused(path, name)
            }
            try FileSystem.write(whole, to: file)
        }
        _ = try ModelBundle(path)
    }

    @Test func `files that are cut off, missing or not named are refused`() throws {
        let path = try shop.bundle()
        let labels = "\(path)/labels.txt"
        let text = try FileSystem.readText(labels)
        try FileSystem.write(String(text.dropLast()), to: labels)
        expectRefused(path, "labels.txt: has", "bundle.json says")
        try FileSystem.remove(labels)
        expectRefused(path, "labels.txt: is missing")
        try FileSystem.write(text, to: labels)
        try FileSystem.write("", to: "\(path)/tokenizer/extra")
        expectRefused(path, "tokenizer/extra: is not named in bundle.json")
    }

    @Test func `links and devices are refused even where the bytes are right`() throws {
        let path = try shop.bundle()
        let (labels, outside) = ("\(path)/labels.txt", "\(shop.path)/outside.txt")
        try FileSystem.rename(labels, to: outside)
        try FileSystem.link(labels, to: "../outside.txt")
        expectRefused(path, "labels.txt: is a link")
        try FileSystem.remove(labels)
        #expect(mkfifo(labels, 0o600) == 0)
        expectRefused(path, "labels.txt: is not a plain file")
        try FileSystem.remove(labels)
        try FileSystem.rename(outside, to: labels)
        let tokenizer = "\(path)/tokenizer"
        try FileSystem.rename(tokenizer, to: "\(shop.path)/tokenizer")
        try FileSystem.link(tokenizer, to: "../tokenizer")
        expectRefused(path, "tokenizer: is a link")
    }

    @Test func `a manifest that was rewritten with its digest still cannot contradict itself`()
        throws
    {
        let path = try shop.bundle(adapter: shop.adapter())
        let manifest = try ModelBundle(path).manifest
        func forge(_ change: (inout BundleManifest) -> Void) throws {
            var forged = manifest
            change(&forged)
            try FileSystem.write(forged.document, to: "\(path)/bundle.json")
        }
        try forge { $0.files["../outside"] = $0.files["labels.txt"] }
        expectRefused(path, "../outside, which is no path inside the bundle")
        try forge { $0.labels.append(BundleLabel(id: 9, name: "more", text: "more")) }
        expectRefused(path, "names other classes than its adapter")
        try forge { $0.mode = .zeroShot }
        expectRefused(path, "says zero-shot and has an adapter")
        try forge { $0.adapter = nil }
        expectRefused(path, "says adapter and has no adapter")
        try forge { $0.adapter = ["labels": []] }
        expectRefused(path, "bundle.json: ")
    }

    @Test func `an adapter for another width is refused`() throws {
        let path = try shop.bundle(adapter: shop.adapter())
        let wide = try shop.adapter(input: 25, name: "wide")
        let weights = try FileSystem.read("\(wide)/adapter.safetensors")
        try FileSystem.write(weights, to: "\(path)/adapter.safetensors")
        var manifest = try BundleManifest(
            text: FileSystem.readText("\(path)/bundle.json"), path: "bundle.json")
        manifest.adapter = try JSON(file: "\(wide)/config.json")
        let digest = try Digest.sha256(file: "\(path)/adapter.safetensors")
        // The size and digest of a file can be set only by reading them back from a manifest.
        let old = try #require(manifest.files["adapter.safetensors"])
        let text = manifest.document
            .replacing(old.sha256, with: digest).replacing("\(old.size)", with: "\(weights.count)")
        var members = try #require(JSON(parsing: text).object)
        members["manifest_sha256"] = nil
        let own = Digest.sha256(Array(JSON.object(members).document.utf8))
        members["manifest_sha256"] = .string(own)
        try FileSystem.write(JSON.object(members).document, to: "\(path)/bundle.json")
        expectRefused(path, "adapter for 25 channels, its model gives 24")
    }

    @Test func `what is no bundle is told what it lacks`() throws {
        #expect(throws: FileError.self) { try ModelBundle("\(shop.path)/absent") }
        expectRefused(shop.path, "is no bundle: it has no bundle.json")
        expectRefused(shop.release, "is no bundle")
        try FileSystem.write("[]", to: "\(shop.path)/bundle.json")
        expectRefused(shop.path, "is not a bundle manifest")
        try FileSystem.write(#"{"schema_version": 2}"#, to: "\(shop.path)/bundle.json")
        expectRefused(shop.path, "schema")
    }
}
