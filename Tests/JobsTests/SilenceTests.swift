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
        let word = try Regex(
            #"\b(print|_?exit|fatalError)\(|\bSTD(OUT|ERR)_FILENO\b|\bstd(out|err)\b|"#
                + #"\bCommandLine\.arguments(?!\[0\])|\bArgumentParser\b"#)
        let sources = try files("\(Repository.root)/Sources/Jobs")
        #expect(sources.count > 20)
        for path in sources {
            for (number, line) in try FileSystem.readText(path).split(
                separator: "\n", omittingEmptySubsequences: false
            ).enumerated() where !line.drop(while: { $0 == " " }).hasPrefix("//") {
                #expect(!line.contains(word), "\(path):\(number + 1): \(line)")
            }
        }
    }
}
