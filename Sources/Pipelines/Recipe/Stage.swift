public import CambiumFiles

/// A stage whose paths are known.
public struct Stage: Sendable, Equatable {
    /// Its name in the recipe.
    public let name: String
    /// `recipe.yaml:12`, for messages.
    public let place: String
    /// Whether the command is another program's, its first word.
    public let isForeign: Bool
    /// The words of its command; one that ends in `/*` stands for a folder's files.
    public let arguments: [String]
    /// The same with `${run}` for the run's folder, as it is recorded: a run that was moved is
    /// the same run.
    public let settings: [String]
    /// What it reads, in byte order.
    public let inputs: [String]
    /// What it makes, the main one first.
    public let outputs: [String]
    /// Threads that it may use, nil where nothing was said.
    public let threads: Int?
    /// The stages that make what it reads, by number.
    public internal(set) var needs: Set<Int>

    /// Whether the command knows how to go on where it was stopped.
    public var resumes: Bool { !isForeign && settings.first == "train" || isLaunchedTraining }

    private var isLaunchedTraining: Bool {
        guard !isForeign, settings.first == "launch", let split = settings.firstIndex(of: "--")
        else { return false }
        return settings.dropFirst(split + 1).first == "train"
    }

    /// The command with the files of folders in byte order in the place of `FOLDER/*`.
    /// - Throws: `FileError` where a folder is missing.
    public func commandLine() throws(FileError) -> [String] {
        var words: [String] = []
        for word in arguments {
            guard word.hasSuffix("/*") else {
                words.append(word)
                continue
            }
            let folder = String(word.dropLast(2))
            for name in try FileSystem.names(in: folder) where !name.hasPrefix(".") {
                words.append("\(folder)/\(name)")
            }
        }
        return words
    }

    /// The command as a line to read.
    public var line: String { CommandWords.line((isForeign ? [] : ["cambium"]) + arguments) }
}
