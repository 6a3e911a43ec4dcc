import CambiumFiles
import CambiumTestFolders
import Testing

/// Runs the program on something it cannot use: exactly one line on standard error that mentions
/// every text, nothing on standard output, the exit status. Gives the line.
@discardableResult
func expectComplaint(
    _ arguments: [String], status: Int32, mentions: String...,
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> String {
    let answer = try Program.run(arguments + ["--quiet"])
    try check(answer, status, mentions, sourceLocation)
    return answer.stderr
}

/// The same for a line of shell in which `"$0"` is the program.
@discardableResult
func expectComplaint(
    shell line: String, status: Int32, mentions: String...,
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> String {
    let answer = try Program.shell(line)
    try check(answer, status, mentions, sourceLocation)
    return answer.stderr
}

private func check(
    _ answer: Program.Result, _ status: Int32, _ mentions: [String],
    _ sourceLocation: SourceLocation
) throws {
    #expect(answer.status == status, "\(answer.stderr)", sourceLocation: sourceLocation)
    #expect(answer.stdout.isEmpty, sourceLocation: sourceLocation)
    #expect(answer.complaints.count == 1, "\(answer.stderr)", sourceLocation: sourceLocation)
    for text in mentions {
        #expect(
            answer.stderr.contains(text), "\(text) in \(answer.stderr)",
            sourceLocation: sourceLocation)
    }
}
