import CambiumFiles
import CambiumTestFolders
import Testing

/// Weight files and bundles that lie, are damaged, or are something else.
@Suite struct BadWeightsTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    /// The weights with another header; offsets in it count from its own end.
    private func header(
        _ bytes: [UInt8], _ change: (inout [String: JSON], String) throws -> Void
    ) throws -> [UInt8] {
        let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let text = String(decoding: bytes[8..<8 + length], as: UTF8.self)
        var members = try #require(JSON(parsing: text).object)
        let first = try #require(
            members.keys.sorted().first { members[$0]?["shape"]?.array?.count == 2 })
        try change(&members, first)
        var header = Array(JSON.object(members).line.utf8)
        while header.count % 8 != 0 { header.append(0x20) }
        return Self.length(UInt64(header.count)) + header + bytes[(8 + length)...]
    }

    private static func length(_ count: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    }

    private func refuse(
        _ name: String, _ mention: String, _ change: ([UInt8]) throws -> [UInt8]
    ) throws {
        let model = try bench.model(name, change)
        let out = bench.place("out")
        try expectComplaint(
            ["embed", "--model", model, "--images", bench.picture, "--out", "\(out).npy"],
            status: 1, mentions: "\(name)/vision_model/", mention)
        let found = try bench.names()
        #expect(!found.contains { $0.hasPrefix("out") || $0.contains("partial") }, "\(found)")
    }

    /// The first tensor of rank 2 described otherwise.
    private func lie(
        _ name: String, _ mention: String, _ change: @escaping (inout [String: JSON]) -> Void
    ) throws {
        try refuse(name, mention) { bytes in
            try header(bytes) { members, first in
                var entry = members[first]?.object ?? [:]
                change(&entry)
                members[first] = .object(entry)
            }
        }
    }

    @Test func `weights that were cut off`() throws {
        try refuse("half", "the file is cut off") { Array($0.prefix($0.count / 2)) }
        try refuse("start", "the file is cut off") { Array($0.prefix(100)) }
        try refuse("last", "the file is cut off") { Array($0.dropLast()) }
        try refuse("nothing", "is empty") { _ in [] }
        try expectComplaint(
            [
                "package", "--model", bench.place("half"), "--labels", bench.labels(), "--out",
                bench.place("out"),
            ], status: 1, mentions: "the file is cut off")
        #expect(try !bench.names().contains { $0.hasPrefix("out") })
    }

    @Test func `weights with a missing, a strange and a reshaped tensor`() throws {
        try refuse("missing", "is missing") { bytes in
            try header(bytes) { members, first in
                // Under another name: missing here, unexpected there.
                members["other"] = members.removeValue(forKey: first)
            }
        }
        try lie("turned", "does not fit the model") { entry in
            entry["shape"] = .array((entry["shape"]?.array ?? []).reversed() + [1])
        }
    }

    @Test func `headers that lie about length, place and size`() throws {
        try refuse("long", "claims") { Self.length(1 << 39) + $0.dropFirst(8) }
        try refuse("endless", "not a file of tensors") { Self.length(.max) + $0.dropFirst(8) }
        try refuse("deep", "nested deeper") {
            Self.length(100_000) + Array(String(repeating: "{\"a\":", count: 20_000).utf8)
                + $0.dropFirst(8)
        }
        try lie("beyond", "say otherwise") {
            $0["data_offsets"] = [.integer(1 << 62), .integer(1 << 62 + 4)]
        }
        try lie("negative", "say otherwise") { $0["data_offsets"] = [-8, -4] }
        try lie("overflow", "impossible shape") {
            $0["shape"] = [.integer(1 << 32), .integer(1 << 32), 4]
        }
        try lie("below", "impossible shape") { $0["shape"] = [-1, -1] }
        try lie("type", "unknown dtype") { $0["dtype"] = "F31" }
        try refuse("overlap", "overlaps another") { bytes in
            try header(bytes) { members, first in
                let names = members.keys.sorted()
                let same = names.filter { members[$0]?["shape"] == members[first]?["shape"] }
                members[try #require(same.last)] = members[first]
            }
        }
    }

    @Test func `a pickle under a weight file's name is refused and not run`() throws {
        let trace = bench.place("ran")
        let pickle = "cos\nsystem\n(S'touch \(trace)'\ntR."
        try refuse("pickle", "Python pickle") { _ in [0x80, 2] + Array(pickle.utf8) }
        #expect(FileSystem.kind(trace) == nil)
        let look = try Program.run(
            "inspect", bench.place("pickle/vision_model/medimageinsigt-v1.0.0.pt"))
        #expect(look.status == 1 && look.stderr.contains("no code was run"))
        #expect(FileSystem.kind(trace) == nil)
    }

    @Test func `weights that are no numbers give no embedding`() throws {
        let model = try bench.model("nan") { bytes in
            bytes.prefix(40_000) + [UInt8](repeating: 0xFF, count: bytes.count - 40_000)
        }
        try expectComplaint(
            ["embed", "--model", model, "--images", bench.picture, "--out", bench.place("e.npy")],
            status: 1, mentions: "not finite")
        #expect(try bench.names() == ["nan"])
    }

    @Test func `one flipped byte in any file of a bundle is told`() throws {
        let bundle = bench.place("bundle")
        let made = try Program.run(
            "package", "--model", bench.release, "--labels", bench.labels(), "--out", bundle, "-q")
        #expect(made.status == 0, "\(made.stderr)")
        for name in try files(in: bundle) {
            let bytes = try FileSystem.read("\(bundle)/\(name)")
            var changed = bytes
            changed[bytes.count / 3] ^= 4
            try FileSystem.write(changed, to: "\(bundle)/\(name)")
            let line = try expectComplaint(
                ["predict", bundle, bench.picture], status: 1, mentions: "bundle")
            if name != "bundle.json" { #expect(line.contains("\(name): does not match its SHA")) }
            try FileSystem.write(bytes, to: "\(bundle)/\(name)")
        }
        #expect(try Program.run("predict", bundle, bench.picture, "-q").status == 0)
    }

    private func files(in folder: String) throws -> [String] {
        try FileSystem.names(in: folder).flatMap { name in
            FileSystem.kind("\(folder)/\(name)") == .folder
                ? try files(in: "\(folder)/\(name)").map { "\(name)/\($0)" } : [name]
        }
    }
}
