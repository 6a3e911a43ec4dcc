import CambiumFiles
import CambiumTestFolders
import Foundation
import Testing

@Suite struct CambiumTests {
    /// The commands that the help page lists.
    private func listed() throws -> [String] {
        let help = try Program.run("--help")
        #expect(help.status == 0)
        #expect(help.stderr.isEmpty)
        let section = try #require(help.stdout.range(of: "SUBCOMMANDS:\n"))
        return help.stdout[section.upperBound...].split(separator: "\n")
            .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.contains("See '") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    @Test func `every listed command has a help page, and none is listed twice`() throws {
        let commands = try listed()
        #expect(commands.contains("doctor") && commands.contains("inspect"))
        #expect(Set(commands).count == commands.count)
        for command in commands {
            let help = try Program.run(command, "--help")
            #expect(help.status == 0)
            #expect(help.stdout.contains("USAGE: cambium \(command)"))
        }
    }

    @Test func `commands of the contract that are not built are not listed`() throws {
        let known: Set = [
            "prepare", "validate", "train", "embed", "adapt", "evaluate", "umap", "report",
            "compare", "package", "predict", "verify", "serve", "launch", "run", "inspect",
            "doctor", "new",
        ]
        let commands = try listed()
        #expect(known.isSuperset(of: commands))
        for absent in known.subtracting(commands) {
            let answer = try Program.run(absent)
            #expect(answer.status == 2)
            #expect(answer.complaints.count == 1)
        }
    }

    @Test func `without arguments the help page is shown`() throws {
        let bare = try Program.run()
        #expect(bare.status == 0)
        #expect(bare.stdout.contains("SUBCOMMANDS:"))
    }

    @Test func `the version is one line`() throws {
        #expect(try Program.run("--version").stdout == "\(Release.version)\n")
    }

    @Test(arguments: [
        (["prepair"], "prepair: is no command of cambium; did you mean prepare?"),
        (["--colour"], "'--colour'"),
        (["doctor", "--jsn"], "'--json'"), (["doctor", "twice"], "'twice'"),
        (["inspect"], "path"), (["inspect", "a\nb"], "a b"),
    ])
    func `unusable arguments give one line and status 2`(
        arguments: [String], mentioned: String
    ) throws {
        let answer = try Program.run(arguments)
        #expect(answer.status == 2)
        #expect(answer.stdout.isEmpty)
        #expect(answer.complaints.count == 1)
        #expect(answer.stderr.hasPrefix("cambium: error: "))
        #expect(answer.stderr.contains(mentioned))
    }

    @Test func `a result that cannot be written is no success`() throws {
        let answer = try Program.shell("exec \"$0\" doctor > /dev/full")
        #expect(answer.status == 1)
        #expect(answer.stderr.contains("standard output: cannot write"))
    }
}
