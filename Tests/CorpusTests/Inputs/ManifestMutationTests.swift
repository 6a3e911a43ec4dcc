import CambiumCorpus
import CambiumFiles
import Foundation
import Testing

/// Damaged manifests may give an error or rows, never a crash or a hang. The same damage in every
/// run; the environment variable `CAMBIUM_MUTATIONS` asks for more of it.
@Suite struct ManifestMutationTests {
    static let rounds =
        ProcessInfo.processInfo.environment["CAMBIUM_MUTATIONS"].flatMap { Int($0) } ?? 100

    static let manifests = [
        "path,label,patient,split\na/1.png,\"x, \"\"y\"\"\",P1,train\r\nb.png,\"z\nw\",P2,val\n",
        "\u{FEFF}file\tcaption\tgroup\n1.png\tgröße 肺\tA\n\n2.png\t\"q\"\t\n",
        "filename;class;split\r1.png;a;test\r2.png;b;train\r",
        "key,split\nimages/1.png,train\nimages/2.png,\"test\"\n",
    ]

    @Test(arguments: manifests.indices)
    func `damaged manifests never crash`(_ number: Int) throws {
        let scratch = try Scratch()
        let whole = Array(Self.manifests[number].utf8)
        for round in 0..<Self.rounds {
            var generator = SeededGenerator(seed: 5, UInt64(number), UInt64(round))
            let path = try scratch.write(damage(whole, &generator), to: "m.csv")
            guard let (rows, rejected) = try? ManifestItems.listing(path) else { continue }
            #expect(rows.count + rejected.count <= whole.count * 6)
            #expect(Set(rows.map(\.key)).count <= rows.count)
            #expect(rows.allSatisfy { !$0.key.contains("\t") && !$0.key.contains("\n") })
        }
    }

    /// Flips, overwrites, removes, repeats or cuts off bytes, those that mean something more often.
    private func damage(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        let special = Array("\",;\t\r\n\\ \u{0}".utf8) + [0xFF, 0xFE, 0xEF, 0xBB, 0x80]
        var bytes = bytes
        for _ in 0...generator.index(below: 6) where !bytes.isEmpty {
            let place = generator.index(below: bytes.count)
            let end = min(place + 1 + generator.index(below: 24), bytes.count)
            switch generator.index(below: 7) {
            case 0: bytes[place] ^= 1 << UInt8(generator.index(below: 8))
            case 1: bytes[place] = special[generator.index(below: special.count)]
            case 2: bytes.insert(special[generator.index(below: special.count)], at: place)
            case 3: bytes.removeSubrange(place..<end)
            case 4: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 5: bytes += bytes[place..<end]
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }
}
