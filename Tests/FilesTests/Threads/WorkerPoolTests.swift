import CambiumFiles
import Testing

@Suite struct WorkerPoolTests {
    private struct Broken: Error, Equatable { let part: Int }

    @Test func `one thread takes jobs in the order they came`() async throws {
        let pool = WorkerPool(threads: 1, named: "test")
        let seen = Lock<[Int]>([])
        for number in 0..<100 { pool.submit { seen.withLock { $0.append(number) } } }
        #expect(try await pool.run { seen.withLock { $0 } } == Array(0..<100))
    }

    @Test func `every thread begins before its first job`() throws {
        let begun = Lock(0)
        let pool = WorkerPool(threads: 3, named: "test") { begun.withLock { $0 += 1 } }
        try pool.perform(1) { _ in #expect(begun.withLock { $0 } >= 1) }
    }

    @Test(arguments: [0, 1, 2, 3, 200])
    func `every part is done once`(parts: Int) throws {
        let counts = Lock([Int](repeating: 0, count: parts))
        try WorkerPool(threads: 3, named: "test").perform(parts) { part in
            counts.withLock { $0[part] += 1 }
        }
        #expect(counts.withLock { $0 } == [Int](repeating: 1, count: parts))
    }

    @Test func `the first part that failed says why, and a job's own error reaches its caller`()
        async throws
    {
        let pool = WorkerPool(threads: 4, named: "test")
        #expect(throws: Broken(part: 3)) {
            try pool.perform(40) { if $0 % 7 == 3 { throw Broken(part: $0) } }
        }
        await #expect(throws: Broken(part: 1)) { try await pool.run { throw Broken(part: 1) } }
    }
}
