import CambiumFiles
import CambiumRemote
import CambiumTestFolders
import Testing

@Suite struct RowJournalTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var path: String { "\(folder.path)/journal" }

    private func row(_ number: Int) -> RemoteRow {
        RemoteRow(number: number, content: Array("content \(number)".utf8))
    }

    private func write(_ count: Int) throws {
        let journal = try RowJournal(path, identity: "work")
        for number in 0..<count {
            try journal.add(
                row(number),
                number == 1 ? .rejected("läsion?") : .vector([Float(number), -0.0, 1e-30]))
        }
    }

    @Test func `what was written is there again`() throws {
        try write(5)
        let journal = try RowJournal(path, identity: "work")
        #expect(journal.count == 5 && journal.width == 3)
        #expect(try journal.result(4) == .vector([4, -0.0, 1e-30]))
        #expect(try journal.result(1) == .rejected("läsion?"))
        #expect(try journal.result(5) == nil)
        #expect(try journal.holds(row(3)))
        #expect(try !journal.holds(RemoteRow(number: 3, content: [1])))
        journal.forget(3)
        #expect(try journal.result(3) == nil)
    }

    @Test func `cut at any byte it holds the whole rows before, and goes on`() throws {
        try write(4)
        let bytes = try FileSystem.read(path)
        var last = 0
        for count in 0...bytes.count {
            try FileSystem.write(Array(bytes[..<count]), to: path)
            do {
                let journal = try RowJournal(path, identity: "work")
                #expect(journal.count >= last)
                last = journal.count
                for number in 0..<4 where try !journal.holds(row(number)) {
                    try journal.add(
                        row(number),
                        number == 1 ? .rejected("läsion?") : .vector([Float(number), -0.0, 1e-30]))
                }
            }
            #expect(try FileSystem.read(path) == bytes)
        }
        #expect(last == 4)
    }

    @Test func `a damaged row and what follows come again`() throws {
        try write(4)
        var bytes = try FileSystem.read(path)
        bytes[bytes.count - 100] ^= 1
        try FileSystem.write(bytes, to: path)
        #expect(try RowJournal(path, identity: "work").count < 4)
    }

    @Test func `other work, another process, another width`() throws {
        try write(2)
        #expect(throws: RemoteError.otherJournal(path: path)) {
            try RowJournal(path, identity: "other")
        }
        let journal = try RowJournal(path, identity: "work")
        #expect(throws: RemoteError.busyJournal(path: path)) {
            try RowJournal(path, identity: "work")
        }
        #expect(throws: RemoteError.width(row: 9, expected: 3, got: 2)) {
            try journal.add(row(9), .vector([1, 2]))
        }
    }
}
