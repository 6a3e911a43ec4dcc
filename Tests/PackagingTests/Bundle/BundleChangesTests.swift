import CambiumFiles
import CambiumPackaging
import Testing

/// A bundle loads as it was written and in no other state.
@Suite struct BundleChangesTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    @Test func `one changed byte anywhere in any file is one too many`() throws {
        let path = try shop.bundle(adapter: shop.adapter())
        var generator = SeededGenerator(seed: 6)
        for name in try shop.files(in: path) {
            let file = "\(path)/\(name)"
            let whole = try FileSystem.read(file)
            let ends = [0, whole.count - 1]
            let others = (0..<8).map { _ in generator.index(below: whole.count) }
            for place in ends + others {
                var bytes = whole
                bytes[place] ^= UInt8(1 + generator.index(below: 255))
                try FileSystem.write(bytes, to: file)
                #expect(throws: PackagingError.self, "\(name), byte \(place)") {
                    try ModelBundle(path)
                }
            }
            try FileSystem.write([0xEF, 0xBB, 0xBF] + whole, to: file)
            expectRefused(path, name)
            try FileSystem.write(whole + [10], to: file)
            expectRefused(path, name)
            try FileSystem.write(Array(whole.dropLast()), to: file)
            expectRefused(path, name)
            try FileSystem.remove(file)
            #expect(throws: PackagingError.self, "without \(name)") { try ModelBundle(path) }
            try FileSystem.write(whole, to: file)
        }
        _ = try ModelBundle(path)
    }

    @Test func `nothing may be added, wherever`() throws {
        let path = try shop.bundle()
        for name in [
            "extra", ".hidden", "tokenizer/extra", "golden/9.png", "code/more.py", "code/x/y/z",
            "registered_model_meta", "adapter.safetensors", "model.safetensors.bak",
        ] {
            let file = "\(path)/\(name)"
            try FileSystem.makeFolder(FileSystem.parent(file))
            try FileSystem.write("", to: file)
            expectRefused(path, "\(name): is not named in bundle.json")
            try FileSystem.remove(file)
            if name.hasSuffix("y/z") { try FileSystem.remove("\(path)/code/x") }
        }
        try FileSystem.makeFolder("\(path)/empty")
        expectRefused(path, "empty: is an empty folder")
        try FileSystem.remove("\(path)/empty")
        try FileSystem.write("", to: "\(path)/registered_model_meta")
        _ = try ModelBundle(path, ignoring: ["registered_model_meta"])
    }

    @Test func `files that changed places are not what they were`() throws {
        let path = try shop.bundle(adapter: shop.adapter())
        let names = try shop.files(in: path)
        for (first, second) in zip(names, names.dropFirst() + [names[0]]) {
            let bytes = (
                try FileSystem.read("\(path)/\(first)"), try FileSystem.read("\(path)/\(second)")
            )
            try FileSystem.write(bytes.1, to: "\(path)/\(first)")
            try FileSystem.write(bytes.0, to: "\(path)/\(second)")
            #expect(throws: PackagingError.self, "\(first) and \(second)") {
                try ModelBundle(path)
            }
            try FileSystem.write(bytes.0, to: "\(path)/\(first)")
            try FileSystem.write(bytes.1, to: "\(path)/\(second)")
        }
        _ = try ModelBundle(path)
    }
}
