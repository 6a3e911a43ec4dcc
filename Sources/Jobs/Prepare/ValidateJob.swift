public import CambiumCorpus

/// Checks a data set: files, labels, images, duplicates, leaks between splits.
public struct ValidateJob: Sendable {
    private let options: ValidationOptions

    /// A job for a data set.
    public init(_ options: ValidationOptions) { self.options = options }

    /// Does the checks; what is wrong is in the report.
    public func run(log: Log = Log()) throws -> ValidationReport {
        try Paths.requireFolder(options.path)
        let validation = try Arguments.checked { try Validation(options) }
        let progress = ImageProgress("validate", log)
        let report = try validation.run { progress.show($0) }
        progress.finish()
        return report
    }
}
