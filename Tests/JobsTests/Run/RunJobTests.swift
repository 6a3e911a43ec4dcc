import CambiumFiles
import CambiumJobs
import CambiumTestFolders
import Foundation
import Testing

/// Runs whose stages are a shell script's.
@Suite struct RunJobTests {
    private let folder: TemporaryFolder
    private let listener = Listener()

    init() throws { folder = try TemporaryFolder() }

    private func place(_ name: String) -> String { "\(folder.path)/\(name)" }

    /// A recipe of two stages, the second of which reads what the first makes.
    private func options(_ second: String = "copy") throws -> RunOptions {
        let script = try folder.write(
            """
            #!/bin/sh
            case $1 in
            make) echo made > "$3" ;;
            copy) cat "$2" > "$4" ;;
            *) echo "cambium: error: $1 went wrong" >&2; exit 1 ;;
            esac
            """, to: "program.sh")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        let recipe = try folder.write(
            """
            out: \(place("run"))
            stages:
              first: make --out first.txt
              second: \(second) ${first} --out second.txt
            """, to: "recipe.yaml")
        var options = RunOptions(recipe: recipe)
        options.program = Executable(script, name: "program")
        return options
    }

    private func job(_ options: RunOptions, signals: StopSignals = .none) throws -> RunJob {
        // The recipe's paths are whole: the tests' working folder stays.
        try RunJob(options, enter: { _ in }, signals: signals, log: Log(to: listener))
    }

    @Test func `stages run once, and what is done is skipped`() throws {
        let options = try options()
        #expect(try job(options).plan().table.contains("run"))
        guard case .done(let report) = try job(options).run() else {
            Issue.record("not done: \(listener.heard)")
            return
        }
        #expect(try FileSystem.readText(place("run/second.txt")) == "made\n")
        let lines = report.table.split(separator: "\n").map { $0.split(separator: " ").prefix(2) }
        #expect(
            lines.map { $0.joined(separator: " ") } == ["stage now", "first done", "second done"])
        #expect(listener.heard.count { $0.contains(": done in ") } == 2)
        let again = try job(options)
        #expect(try again.plan().json.contains("\"skip\""))
        guard case .done(let second) = try again.run() else {
            Issue.record("not done again")
            return
        }
        #expect(second.table.contains("unchanged"))
        #expect(try JSON(parsing: second.json)["stages"]?.object?.count == 2)
    }

    @Test func `a stage that fails ends the run with its own sentence`() throws {
        guard case .failed(let report, let sentence) = try job(options("spoil")).run() else {
            Issue.record("nothing failed")
            return
        }
        #expect(sentence.hasPrefix("stage second: spoil went wrong ("))
        #expect(report.table.contains("failed"))
        #expect(listener.heard.contains("note second: failed: spoil went wrong"))
    }

    @Test func `a signal stops the run before the next stage`() throws {
        let calls = Calls()
        let signals = StopSignals(begin: {}, received: { (2, calls.next() > 1 ? 1 : 0) })
        guard case .stopped(2) = try job(options(), signals: signals).run() else {
            Issue.record("not stopped")
            return
        }
        #expect(FileSystem.kind(place("run/second.txt")) == nil)
    }

    @Test func `what cannot be run is the user's mistake`() throws {
        var options = try options()
        options.only = ["third"]
        #expect(throws: UsageError.self) { try job(options) }
        options = RunOptions(recipe: place("none.yaml"))
        #expect(throws: UsageError.self) { try job(options) }
        options = try self.options()
        #expect {
            try RunJob(options, enter: { _ in throw UsageError("not there") })
        } throws: { "\($0)".hasSuffix("root .: not there") }
    }
}
