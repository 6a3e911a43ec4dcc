import CambiumFiles
import CambiumTestFolders
import CambiumTorch
import Foundation
import Testing

/// One file of `Fixtures/torch_zip.json`, made by `Fixtures/make_torch_zip.py`.
struct TorchZipCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Expected: Decodable, Sendable {
        let name: String
        let dtype: String
        let shape: [Int]
        let values: [Double]
    }

    let name: String
    let file: Data
    let member: String?
    let tensors: [Expected]?
    let refused: [String]?
    var testDescription: String { name }

    static let all: [TorchZipCase] = {
        struct Cases: Decodable { let cases: [TorchZipCase] }
        let path = URL(filePath: Repository.fixture("TorchTests", "torch_zip.json"))
        guard let data = try? Data(contentsOf: path) else { return [] }
        return (try? JSONDecoder().decode(Cases.self, from: data).cases) ?? []
    }()

    static func named(_ name: String) throws -> TorchZipCase {
        try #require(all.first { $0.name == name })
    }
}

@Suite struct TorchZipTests {
    let path = NSTemporaryDirectory() + "cambium-" + UUID().uuidString + ".safetensors"

    private func open(_ bytes: [UInt8]) throws -> StateDictionary {
        // Without the sync of `FileSystem.write`, which thousands of mutated files would wait for.
        try Data(bytes).write(to: URL(filePath: path))
        return try StateDictionary(path)
    }

    private func refusal(_ bytes: [UInt8]) throws -> String {
        let error = #expect(throws: TorchError.self) { _ = try open(bytes) }
        let text = "\(try #require(error))"
        #expect(text.hasPrefix("\(path): ") && !text.contains("\n"))
        return text
    }

    @Test func `the fixture is there`() {
        #expect(TorchZipCase.all.count { $0.tensors != nil } == 7)
        #expect(TorchZipCase.all.count { $0.refused != nil } == 31)
    }

    @Test(arguments: TorchZipCase.all.filter { $0.tensors != nil })
    func `every tensor equals what PyTorch reads`(example: TorchZipCase) throws {
        defer { try? FileSystem.remove(path) }
        let file = try open(Array(example.file))
        let expected = try #require(example.tensors)
        #expect(file.container == .torchZip(member: example.member))
        #expect(Set(file.entries.keys) == Set(expected.map(\.name)))
        for tensor in expected {
            let entry = try #require(file.entries[tensor.name])
            #expect("\(entry.type)" == tensor.dtype && entry.shape == tensor.shape)
            let read = try file.tensor(tensor.name)
            #expect(read.type == entry.type && read.shape == tensor.shape)
            #expect(try read.array(of: Double.self) == tensor.values, "\(tensor.name)")
        }
    }

    @Test(arguments: TorchZipCase.all.filter { $0.refused != nil })
    func `anything else is refused in one line`(example: TorchZipCase) throws {
        defer { try? FileSystem.remove(path) }
        let text = try refusal(Array(example.file))
        for word in try #require(example.refused) { #expect(text.contains(word), "\(text)") }
        #expect(FileSystem.kind("pwned") == nil)
    }

    @Test func `a file cut anywhere is refused`() throws {
        defer { try? FileSystem.remove(path) }
        let whole = try Array(TorchZipCase.named("plain dict").file)
        for length in stride(from: 0, to: whole.count, by: 37) {
            _ = try refusal(Array(whole.prefix(length)))
        }
        #expect(try refusal(Array(whole.prefix(whole.count - 1))).contains("cut off"))
    }

    @Test(arguments: ["every type, views and shared storage", "zip64 fields throughout"])
    func `mutated files never crash the reader`(name: String) throws {
        defer { try? FileSystem.remove(path) }
        let whole = try Array(TorchZipCase.named(name).file)
        var generator = SeededGenerator(seed: 5)
        var (opened, refused) = (0, 0)
        for _ in 0..<1500 {
            var bytes = whole
            for _ in 0...generator.index(below: 4) {
                let byte = UInt8(generator.index(below: 256))
                let extremes = [0, 1, 0x7F, 0x80, 0xFF, byte]
                bytes[generator.index(below: bytes.count)] = extremes[generator.index(below: 6)]
            }
            do {
                let file = try open(bytes)
                opened += 1
                // Views may claim more than memory holds; a model's shapes bound what is read.
                for (name, entry) in file.entries where entry.shape.reduce(1, *) < 1 << 20 {
                    #expect(try file.tensor(name).shape == entry.shape)
                }
            } catch let error as TorchError {
                refused += 1
                #expect(!"\(error)".contains("\n"))
            }
        }
        #expect(opened > 0 && refused > 0)
    }

    @Test func `mutated pickles never crash the reader`() throws {
        defer { try? FileSystem.remove(path) }
        let whole = try Array(TorchZipCase.named("checkpoint with one model").file)
        func first(_ pattern: [UInt8]) throws -> Int {
            try #require(whole.indices.first { whole[$0...].starts(with: pattern) })
        }
        let (start, end) = (try first([0x80, 2, 0x7D]), try first([0x50, 0x4B, 7, 8]))
        let codes = Array("()].GJKMNQRTUX]abceghjqrstu}".utf8) + Array(0x80...0x95)
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0...generator.index(below: 3) {
                bytes[start + generator.index(below: end - start)] =
                    codes[generator.index(below: codes.count)]
            }
            do { _ = try open(bytes) } catch let error as TorchError {
                #expect(!"\(error)".contains("\n"))
            }
        }
    }

    @Test func `nesting costs nothing`() throws {
        defer { try? FileSystem.remove(path) }
        // A tuple in a tuple, a million deep; a dictionary in a dictionary likewise.
        let tuples = [0x80, 2, 0x29] + [UInt8](repeating: 0x85, count: 1_000_000) + [0x2E]
        #expect(try refusal(Zip.stored([("a/data.pkl", tuples)])).contains("dictionary"))
        let open = Array(repeating: [UInt8(0x7D), 0x55, 1, 0x61], count: 300_000).joined()
        let close = [UInt8](repeating: 0x73, count: 300_000)
        let dictionaries = [0x80, 2] + Array(open) + [0x4E] + close + [0x2E]
        #expect(try refusal(Zip.stored([("a/data.pkl", dictionaries)])).contains("no tensor"))
    }

    /// One stored byte, expanded to 2^50 by a stride of 0, under 8,192 names.
    @Test func `tensors that claim more elements than can be counted are still described`() throws {
        defer { try? FileSystem.remove(path) }
        func text(_ text: String) -> [UInt8] { [0x55, UInt8(text.utf8.count)] + Array(text.utf8) }
        func global(_ module: String, _ name: String) -> [UInt8] {
            Array("c\(module)\n\(name)\n".utf8)
        }
        let storage =
            [0x28] + text("storage") + global("torch", "ByteStorage") + text("0") + text("cpu")
            + [0x4B, 1, 0x74, 0x51]
        let sizes: [UInt8] = [0x8A, 7, 0, 0, 0, 0, 0, 0, 4, 0x85]  // (1 << 50,)
        let strides: [UInt8] = [0x4B, 0, 0x85]
        let hooks = global("collections", "OrderedDict") + [0x29, 0x52]
        let tensor =
            global("torch._utils", "_rebuild_tensor_v2") + [0x28] + storage + [0x4B, 0] + sizes
            + strides + [0x89] + hooks + [0x74, 0x52]
        func pickle(_ count: Int) -> [UInt8] {
            [0x80, 2, 0x7D, 0x28] + (0..<count).flatMap { text("t\($0)") + tensor } + [0x75, 0x2E]
        }
        for (count, elements) in [(3, 3 << 50), (8191, 8191 << 50), (8192, Int.max)] {
            let file = try open(
                Zip.stored([("a/data.pkl", pickle(count)), ("a/data/0", [7])]))
            #expect(file.entries.count == count && file.elements == elements)
        }
    }

    @Test func `lying sizes in the archive are refused`() throws {
        defer { try? FileSystem.remove(path) }
        let pickle: [UInt8] = [0x80, 2, 0x7D, 0x2E]
        #expect(try refusal(Zip.stored([("a/data.pkl", pickle)])).contains("no tensor"))
        #expect(try refusal(Zip.stored([("a/data.pkl", pickle)], size: 5000)).contains("outside"))
        #expect(try refusal(Zip.stored([("a/data.pkl", pickle)], size: .max)).contains("outside"))
        #expect(try refusal(Zip.stored([("a/data.pkl", pickle)], offset: 99)).contains("outside"))
        #expect(try refusal(Zip.stored([("a/data.pkl", pickle)], count: 9)).contains("damaged"))
        let twice = Zip.stored([("a/data.pkl", pickle), ("a/data.pkl", pickle)])
        #expect(try refusal(twice).contains("twice"))
        let two = Zip.stored([("a/data.pkl", pickle), ("b/data.pkl", pickle)])
        #expect(try refusal(two).contains("2 members"))
    }

    @Test(arguments: [
        ("", "empty"), ("version https://git-lfs.github.com/spec/v1\noid", "git lfs pull"),
        ("\u{1}hello", "knows"),
    ])
    func `other files are named`(content: String, words: String) throws {
        defer { try? FileSystem.remove(path) }
        #expect(try refusal(Array(content.utf8)).contains(words))
        #expect(try refusal([0x80, 4, 0x4E, 0x2E]).contains("no code was run"))
    }
}

/// Writes archives by hand, so that their directories can lie.
enum Zip {
    static func stored(
        _ members: [(name: String, content: [UInt8])], size: UInt32? = nil, offset: UInt32? = nil,
        count: UInt16? = nil
    ) -> [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for (name, content) in members {
            let length = number(size ?? UInt32(content.count)) + number(UInt32(content.count))
            let sizes = length + number(UInt16(name.utf8.count)) + number(UInt16(0))
            let position = number(offset ?? UInt32(file.count))
            let fixed = [UInt8](repeating: 0, count: 12)  // flags, method, time, date, checksum
            directory += number(UInt32(0x0201_4B50)) + number(UInt16(20)) + number(UInt16(20))
            directory += fixed + sizes + [UInt8](repeating: 0, count: 10) + position
            directory += Array(name.utf8)
            file += number(UInt32(0x0403_4B50)) + number(UInt16(20)) + fixed + sizes
            file += Array(name.utf8) + content
        }
        let many = number(count ?? UInt16(members.count))
        let end = number(UInt32(0x0605_4B50)) + number(UInt32(0)) + many + many
        let extent = number(UInt32(directory.count)) + number(UInt32(file.count))
        return file + directory + end + extent + number(UInt16(0))
    }

    private static func number(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
