import CambiumFiles
import CambiumTestFolders
import Glibc
import Testing

@Suite struct TemporariesTests {
    private let folder: TemporaryFolder
    /// More than any process has: Linux counts to 4,194,304 at most.
    private let dead = 2_000_000_000

    init() throws { folder = try TemporaryFolder() }

    private var names: [String] { get throws { try FileSystem.names(in: folder.path) } }

    @Test func `what dead processes left under a name's temporaries goes, all else stays`() throws {
        for name in [
            "out.partial-\(dead)/a/b", "other.partial-\(dead)/a", "out.partial-x/a",
            "out.partial-/a", "out.partial-0/a", "oot.partial-\(dead)/a", "out.partial--1/a",
            "out/a",
        ] { try folder.write("x", to: name) }
        try folder.write("x", to: "out.partial-\(dead + 1)")
        try FileSystem.link("\(folder.path)/out.partial-\(dead + 2)", to: "nowhere")
        // Opening a pipe must not wait for its writer.
        #expect(mkfifo("\(folder.path)/out.partial-\(dead + 3)", 0o600) == 0)
        Temporaries.sweep(beside: "\(folder.path)/out")
        #expect(
            try names.sorted() == [
                "oot.partial-\(dead)",
                "other.partial-\(dead)", "out", "out.partial-", "out.partial--1", "out.partial-0",
                "out.partial-x",
            ])
    }

    @Test func `what a living process writes stays, its own too`() throws {
        let living = [getppid(), getpid()]
        for process in living { try folder.write("x", to: "out.partial-\(process)/a") }
        Temporaries.sweep(beside: "\(folder.path)/out")
        #expect(try names.sorted() == living.map { "out.partial-\($0)" }.sorted())
    }

    /// Process numbers repeat, and another machine has its own: the lock decides.
    @Test func `what somebody holds a lock on stays until it lets go`() throws {
        let held = "\(folder.path)/out.partial-\(dead)"
        try FileSystem.makeFolder(held)
        let lock = try #require(try FolderLock(held))
        Temporaries.sweep(beside: "\(folder.path)/out")
        #expect(FileSystem.kind(held) == .folder)
        lock.release()
        Temporaries.sweep(beside: "\(folder.path)/out")
        #expect(FileSystem.kind(held) == nil)
    }

    @Test func `a process that ended and was not asked for its status is dead`() throws {
        var process = pid_t()
        let arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
        defer { free(arguments[0]) }
        let environment: [UnsafeMutablePointer<CChar>?] = [nil]
        try #require(posix_spawn(&process, "/bin/true", nil, nil, arguments, environment) == 0)
        var info = siginfo_t()
        #expect(waitid(P_PID, id_t(process), &info, WEXITED | WNOWAIT) == 0)
        try folder.write("x", to: "out.partial-\(process)/a")
        Temporaries.sweep(beside: "\(folder.path)/out")
        var status: Int32 = 0
        #expect(waitpid(process, &status, 0) == process)
        #expect(try names.isEmpty)
    }

    @Test func `something can be taken out of each before it goes`() throws {
        try folder.write("kept", to: "out.partial-\(dead)/a")
        var seen: [String] = []
        Temporaries.sweep(beside: "\(folder.path)/out") { stale in
            seen.append(stale)
            try? FileSystem.rename("\(stale)/a", to: "\(folder.path)/saved")
        }
        #expect(seen == ["\(folder.path)/out.partial-\(dead)"])
        #expect(try FileSystem.readText("\(folder.path)/saved") == "kept")
        #expect(try names == ["saved"])
    }
}
