import CambiumFiles
import CambiumTestFolders
import Glibc
import Testing

@Suite struct StagedFolderTests {
    private let folder: TemporaryFolder
    /// A process number that no process has.
    private let dead = 2_000_000_000

    init() throws { folder = try TemporaryFolder() }

    private var place: String { "\(folder.path)/out" }
    private var names: [String] { get throws { try FileSystem.names(in: folder.path) } }

    @Test func `a folder appears whole, with what was written`() throws {
        do {
            let staged = try StagedFolder("\(place)//")
            try FileSystem.write("x", to: "\(staged.path)/a")
            #expect(FileSystem.kind(place) == nil)
            try staged.commit()
        }
        #expect(try names == ["out"])
        #expect(try FileSystem.readText("\(place)/a") == "x")
    }

    @Test func `letting go leaves nothing`() throws {
        do {
            let staged = try StagedFolder(place)
            try FileSystem.makeFolder("\(staged.path)/a/b")
        }
        #expect(try names.isEmpty)
    }

    @Test func `an empty folder may stand there already, a full one is kept`() throws {
        try FileSystem.makeFolder(place)
        let first = try StagedFolder(place)
        try FileSystem.write("first", to: "\(first.path)/a")
        try first.commit()
        do {
            let second = try StagedFolder(place)
            try FileSystem.write("second", to: "\(second.path)/a")
            #expect(throws: FileError.self) { try second.commit() }
        }
        #expect(try names == ["out"])
        #expect(try FileSystem.readText("\(place)/a") == "first")
    }

    @Test func `two cannot make the same folder at once`() throws {
        let first = try StagedFolder(place)
        #expect {
            _ = try StagedFolder(place)
        } throws: {
            "\($0)".contains("another process is writing here")
        }
        try FileSystem.write("x", to: "\(first.path)/a")
        try first.commit()
        #expect(try names == ["out"])
    }

    @Test func `what a killed process left is taken over or goes`() throws {
        try folder.write("dead", to: "out.partial-\(dead)/kept")
        // Left by an earlier process that had this one's number.
        try folder.write("same", to: "out.partial-\(getpid())/own")
        let staged = try StagedFolder(place) { leftover, new in
            for name in ["kept", "own"] where FileSystem.kind("\(leftover)/\(name)") != nil {
                try? FileSystem.rename("\(leftover)/\(name)", to: "\(new)/\(name)")
            }
        }
        #expect(try names == [FileSystem.name(staged.path)])
        try staged.commit()
        #expect(try FileSystem.names(in: place) == ["kept", "own"])
    }

    @Test func `what appears late goes with the commit`() throws {
        let staged = try StagedFolder(place)
        try folder.write("late", to: "out.partial-\(dead)/a")
        try staged.commit()
        #expect(try names == ["out"])
    }

    @Test func `one that was committed leaves the next one alone`() throws {
        var first: StagedFolder? = try StagedFolder(place)
        try first?.commit()
        try FileSystem.remove(place)
        let second = try StagedFolder(place)
        #expect(first != nil)
        first = nil
        try second.commit()
        #expect(try names == ["out"])
    }
}
