import CambiumFiles
import CambiumPackaging
import Foundation
import Testing

@Suite struct BundleTarTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    private func tar(_ name: String = "bundle.tar") throws -> (path: String, bytes: [UInt8]) {
        let path = try shop.bundle(adapter: shop.adapter(name: "\(name)-adapter"), to: name)
        return (path, try FileSystem.read(path))
    }

    /// The headers' places, each with its name and size, of an archive that this program wrote.
    private func headers(_ bytes: [UInt8]) -> [(place: Int, name: String, size: Int)] {
        var (found, place) = ([(place: Int, name: String, size: Int)](), 0)
        while bytes[place] != 0 {
            let name = String(
                decoding: bytes[place..<place + 100].prefix { $0 != 0 }, as: UTF8.self)
            let digits = String(decoding: bytes[(place + 124)..<(place + 135)], as: UTF8.self)
            let size = Int(digits, radix: 8) ?? 0
            found.append((place, name, size))
            place += 512 + (size + 511) / 512 * 512
        }
        return found
    }

    /// A header's sum set right again after a change.
    private func summed(_ bytes: [UInt8], _ place: Int) -> [UInt8] {
        var bytes = bytes
        bytes.replaceSubrange((place + 148)..<(place + 156), with: [UInt8](repeating: 32, count: 8))
        let sum = bytes[place..<place + 512].reduce(0) { $0 + Int($1) }
        let digits = String(sum, radix: 8)
        let text = String(repeating: "0", count: 6 - digits.count) + digits + "\u{0} "
        bytes.replaceSubrange((place + 148)..<(place + 156), with: Array(text.utf8))
        return bytes
    }

    private func refuse(
        _ bytes: [UInt8], _ mentions: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let path = "\(shop.path)/changed.tar"
        try FileSystem.write(bytes, to: path)
        expectRefused(path, mentions, sourceLocation: sourceLocation)
    }

    @Test func `a tar is the same bundle in one file, and leaves nothing behind`() throws {
        let (path, bytes) = try tar()
        let folder = try shop.bundle(adapter: shop.adapter(), to: "folder")
        var unpacked = ""
        do {
            let bundle = try ModelBundle(path)
            #expect(bundle.source == path && bundle.path != path)
            unpacked = bundle.path
            #expect(try bundle.manifest == ModelBundle(folder).manifest)
            let (engine, plain) = (try Engine(bundle), try Engine(ModelBundle(folder)))
            let image = try engine.prepare(shop.bytes("photo.jpg"))
            #expect(try engine.predict([image]) == plain.predict([image]))
            #expect(try BundleVerification(bundle).isPassed)
            let attributes = try FileManager.default.attributesOfItem(atPath: bundle.path)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
        }
        #expect(FileSystem.kind(unpacked) == nil)
        #expect(try shop.files(in: shop.path).allSatisfy { !$0.contains("parts") })
        let (_, again) = try tar("again.tar")
        #expect(again == bytes, "the same inputs give the same bytes")
        #expect(headers(bytes).map(\.name) == (try shop.files(in: folder)).sorted())
    }

    @Test func `an engine outlives its bundle's folder no longer than it needs it`() throws {
        let engine = try Engine(ModelBundle(tar().path))
        #expect(try engine.embed(texts: ["a text"]).count == engine.width)
    }

    @Test func `what tar itself packs is read as well`() throws {
        let folder = try shop.bundle(to: "folder")
        for format in ["ustar", "gnu", "pax"] {
            let (path, process) = ("\(shop.path)/\(format).tar", Process())
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["tar", "--format=\(format)", "-C", folder, "-cf", path, "."]
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            #expect(try ModelBundle(path).manifest == ModelBundle(folder).manifest, "\(format)")
        }
    }

    @Test func `no byte outside of the files can change either`() throws {
        let (path, bytes) = try tar()
        _ = try ModelBundle(path)
        let entries = headers(bytes)
        var places = Set(entries.flatMap { $0.place..<$0.place + 512 })
        for entry in entries where entry.size % 512 != 0 {
            let end = entry.place + 512 + entry.size
            places.formUnion([end, (end + 511) / 512 * 512 - 1])
        }
        places.formUnion([
            bytes.count - 1, bytes.count - 512, bytes.count - 513, bytes.count - 1024,
        ])
        // All places of one header, and a share of the others'.
        let tried = places.sorted().filter { $0 < 512 || $0 % 7 == 0 || $0 > bytes.count - 1025 }
        for place in tried {
            var changed = bytes
            changed[place] ^= place % 2 == 0 ? 1 : 0x20
            let file = "\(shop.path)/changed.tar"
            try FileSystem.write(changed, to: file)
            #expect(throws: PackagingError.self, "byte \(place)") { try ModelBundle(file) }
        }
        for count in [0, 1, 511, 512, 1024, bytes.count / 2, bytes.count - 1024, bytes.count - 1] {
            try FileSystem.write(Array(bytes[..<count]), to: "\(shop.path)/changed.tar")
            #expect(throws: PackagingError.self, "\(count) bytes") {
                try ModelBundle("\(shop.path)/changed.tar")
            }
        }
        try refuse(bytes + [1], "does not end as a tar ends")
        try refuse(bytes + bytes, "does not end as a tar ends")
    }

    @Test func `links, devices and paths that lead outside are refused`() throws {
        let (_, bytes) = try tar()
        let entry = try #require(headers(bytes).last)
        func renamed(_ name: String, flag: Character = "0") -> [UInt8] {
            var changed = bytes
            let field = Array(name.utf8) + [UInt8](repeating: 0, count: 100 - name.utf8.count)
            changed.replaceSubrange(entry.place..<entry.place + 100, with: field)
            changed[entry.place + 156] = flag.asciiValue ?? 0
            return summed(changed, entry.place)
        }
        for name in [
            "../outside", "/etc/passwd", "a/../../b", "a//b", "", "a/", "..", "tokenizer/..",
            "a\u{1}b", "a\nb",
        ] {
            try refuse(renamed(name), "which is no path inside a bundle")
        }
        for flag in ["1", "2"] as [Character] {
            try refuse(renamed(entry.name, flag: flag), "a link")
        }
        for flag in ["3", "4", "6"] as [Character] {
            try refuse(renamed(entry.name, flag: flag), "no plain file")
        }
        for flag in ["L", "K", "S", "g", "Z"] as [Character] {
            try refuse(renamed(entry.name, flag: flag), "of a kind that bundles do not have")
        }
        try refuse(renamed("other"), "other: is not named in bundle.json")
        try refuse(renamed("labels.txt"), "holds labels.txt twice")
        try refuse(renamed("bundle.json"), "holds bundle.json twice")
    }

    @Test func `sizes that lie are refused before anything is allocated`() throws {
        let (_, bytes) = try tar()
        let entry = headers(bytes)[2]
        for size in ["77777777777", "00000000001", "0000000000x", "           "] {
            var changed = bytes
            changed.replaceSubrange(
                (entry.place + 124)..<(entry.place + 135), with: Array(size.utf8))
            try FileSystem.write(summed(changed, entry.place), to: "\(shop.path)/changed.tar")
            #expect(throws: PackagingError.self, "\(size)") {
                try ModelBundle("\(shop.path)/changed.tar")
            }
        }
        var huge = bytes
        huge.replaceSubrange(
            (entry.place + 124)..<(entry.place + 136),
            with: [0x80] + [UInt8](repeating: 0xFF, count: 11))
        try refuse(summed(huge, entry.place), "damaged header")
    }
}
