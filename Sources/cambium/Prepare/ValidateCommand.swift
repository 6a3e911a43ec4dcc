internal import ArgumentParser
internal import CambiumCorpus
internal import CambiumFiles
internal import CambiumJobs
internal import Foundation

/// `cambium validate`: what is wrong with a data set.
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a data set: files, labels, images, duplicates, leaks between splits.",
        discussion: """
            Takes what `cambium prepare` makes and what other programs write (quoted cells, CRLF, \
            ids from 0, captions, shards). All findings are told, errors and warnings; nothing is \
            written. The exit status is 0 without errors and 1 with some. The same or nearly the \
            same image in two splits, or a group in two splits, is an error.
            """)

    @Argument(help: "The data set's folder.")
    var folder: String

    @Option(
        help: ArgumentHelp(
            "How an image's group is found, as in prepare (default: what the data set says).",
            valueName: "rule"))
    var groupBy: String?

    @Flag(inversion: .prefixedNo, help: "Decode the images and look for duplicates.")
    var images = true

    @Flag(help: "Count warnings as errors.")
    var strict = false

    @Option(help: "Tell classes with fewer images.")
    var fewImages = 10

    @Option(help: "Findings of one kind to print; 0 prints all. JSON has all of them.")
    var limit = 20

    @Option(help: "Threads (default: one a core); the result does not depend on it.")
    var workers: Int?

    @Flag(help: "Print the findings as JSON.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        try Arguments.requireWorkers(workers)
        guard limit >= 0, fewImages >= 0 else {
            throw ValidationError("--limit and --few-images must not be negative.")
        }
    }

    func run() throws {
        var options = ValidationOptions(path: folder)
        (options.groupBy, options.decodesImages) = (groupBy, images)
        options.fewImages = fewImages
        options.workers = workers ?? ProcessInfo.processInfo.activeProcessorCount
        let report = try ValidateJob(options).run(log: shared.log)
        print(json ? JSON.encode(report).document : text(report), terminator: "")
        let failed = report.errors > 0 || strict && report.warnings > 0
        if failed { throw ExitCode(1) }
    }

    private func text(_ report: ValidationReport) -> String {
        var lines: [String] = []
        var printed: [ValidationCode: Int] = [:]
        for finding in report.findings {
            let count = printed[finding.code, default: 0]
            printed[finding.code] = count + 1
            guard limit == 0 || count < limit else { continue }
            let key = finding.key.map { "\($0): " } ?? ""
            lines.append(
                ("\(finding.code.severity.rawValue): \(finding.place): \(key)"
                    + "\(finding.message) [\(finding.code.rawValue)]").onOneLine)
        }
        for (code, count) in printed.sorted(by: { $0.key.rawValue < $1.key.rawValue })
        where limit > 0 && count > limit {
            lines.append("\(count - limit) more [\(code.rawValue)]")
        }
        lines += report.unchecked.map { "not checked: \($0)" }
        let splits = report.images.map { "\($0.split.rawValue) \($0.count)" }
        let total = report.images.reduce(0) { $0 + $1.count }
        lines.append(
            "\(folder.onOneLine): \(Amount.counted(total, "image")) "
                + "(\(splits.joined(separator: ", "))): \(Amount.counted(report.errors, "error")), "
                + Amount.counted(report.warnings, "warning"))
        return lines.map { "\($0)\n" }.joined()
    }
}
