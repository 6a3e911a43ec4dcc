public import CambiumFiles

/// What can go wrong with a data set, worded for the person who has to act.
public enum CorpusError: Error, Equatable, CustomStringConvertible {
    /// A file could not be read or written.
    case file(FileError)
    /// A row of a table is not what it should be.
    case row(file: String, line: Int, reason: String)
    /// An image could not be used: its key or path and why.
    case image(key: String, reason: String)
    /// A folder or table as a whole is not what it should be.
    case dataSet(path: String, reason: String)
    /// A configuration file has a mistake.
    case settings(SettingsError)
    /// An argument that cannot be used; the command line answers it with exit status 2.
    case argument(String)

    /// The sentence shown to the user.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .row(let file, let line, let reason): "\(file):\(line): \(reason)"
        case .image(let key, let reason): "\(key): \(reason)"
        case .dataSet(let path, let reason): "\(path): \(reason)"
        case .settings(let error): error.description
        case .argument(let sentence): sentence
        }
    }

    /// Whether what the user passed cannot be used at all, as opposed to work that failed.
    public var isArgument: Bool {
        switch self {
        case .argument, .settings: true
        default: false
        }
    }
}

/// Runs work on files; its error becomes this floor's.
func onFiles<Result: ~Copyable>(
    _ body: () throws(FileError) -> Result
) throws(CorpusError) -> Result {
    do throws(FileError) {
        return try body()
    } catch {
        throw .file(error)
    }
}
