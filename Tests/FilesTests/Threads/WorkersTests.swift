import CambiumFiles
import Testing

@Suite struct WorkersTests {
    @Test(arguments: [0, 1, 2, 1000])
    func `values come in the order of their numbers`(count: Int) {
        #expect(Workers.map(count) { "\($0)" } == (0..<count).map { "\($0)" })
    }

    @Test(arguments: [0, 1, 3, 4, 5, 12])
    func `parts cover everything once, none larger than asked`(count: Int) {
        let parts = Workers.flatMap(count, inPartsOf: 4) { [$0] }
        #expect(parts.flatMap(Array.init) == Array(0..<count))
        #expect(parts.allSatisfy { (1...4).contains($0.count) })
    }
}
