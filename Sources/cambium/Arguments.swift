internal import Corpus
internal import Files

/// Errors about what the user passed, told apart from work that failed.
enum Arguments {
    /// Runs a check of arguments; its errors end the program with status 2.
    static func checked<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as SettingsError {
            throw UsageError(error.description)
        } catch let error as CorpusError where error.isArgument {
            throw UsageError(error.description)
        } catch let error as FileError {
            throw UsageError(error.description)
        }
    }
}
