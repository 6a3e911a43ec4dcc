internal import CambiumFiles

/// What can go wrong with a run as a whole.
public enum PipelineError: Error, Equatable, CustomStringConvertible {
    /// `--only` or `--from` names no stage.
    case unknownStage(String, known: [String])
    /// Something stands where a stage writes, and no run made it.
    case foreignOutput(stage: String, path: String)
    /// The lineage cannot be read.
    case badLineage(path: String, reason: String)
    /// A file changed while it was read.
    case unsteady(path: String)

    /// The sentence shown to the user.
    public var description: String {
        switch self {
        case .unknownStage(let name, let known):
            "stage \(shown(name)): is not in the recipe"
                + (NearestName.of(name, in: known).map { "; did you mean \($0)?" }
                    ?? "; it has \(known.joined(separator: ", "))")
        case .foreignOutput(let stage, let path):
            "\(path): exists, and no run recorded that it made it; the stage \(stage) writes there: "
                + "move it away, or choose another folder for the run (--out)"
        case .badLineage(let path, let reason):
            "\(path): is no record of this version (\(reason)); move the run's folder away, or "
                + "choose another (--out)"
        case .unsteady(let path):
            "\(path): changes while it is read; run again when nobody writes to it"
        }
    }
}
