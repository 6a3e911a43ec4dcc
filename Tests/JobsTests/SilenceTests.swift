import CambiumFiles
import CambiumTestFolders
import Testing

/// What makes a job a library's: it speaks through its log, and whoever started it decides how the
/// process ends.
@Suite struct SilenceTests {
    private func files(_ folder: String) throws -> [String] {
        try FileSystem.names(in: folder).flatMap { name in
            let path = "\(folder)/\(name)"
            return FileSystem.kind(path) == .folder
                ? try files(path) : path.hasSuffix(".swift") ? [path] : []
        }
    }

    @Test func `no job prints, parses arguments or ends the process`() throws {
        let words = [
            /\bprint\(/, /\b_?exit\(/, /\bSTD(OUT|ERR)_FILENO\b/, /\bstd(out|err)\b/,
            /\bCommandLine\b/, /\bArgumentParser\b/, /\bfatalError\(/,
        ]
        let sources = try files("\(Repository.root)/Sources/Jobs")
        #expect(sources.count > 20)
        for path in sources {
            for (number, line) in try FileSystem.readText(path).split(
                separator: "\n", omittingEmptySubsequences: false
            ).enumerated() where !line.drop(while: { $0 == " " }).hasPrefix("//") {
                for word in words {
                    #expect(!line.contains(word), "\(path):\(number + 1): \(line)")
                }
            }
        }
    }
}
