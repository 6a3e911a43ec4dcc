internal import CambiumFiles

/// Why rows cannot be embedded by an endpoint at all. What is wrong with a row alone is in its
/// answer.
public enum RemoteError: Error, Equatable, CustomStringConvertible {
    /// The endpoint's address, or a file about it, cannot be used.
    case unusable(String)
    /// No answer of use came, however often it was asked.
    case gaveUp(url: String, attempts: Int, reason: String)
    /// The endpoint refuses whatever is sent.
    case refused(url: String, status: Int, reason: String)
    /// The journal is of other work.
    case otherJournal(path: String)
    /// Another process works with the journal.
    case busyJournal(path: String)
    /// Rows have vectors of different lengths.
    case width(row: Int, expected: Int, got: Int)

    /// The sentence shown to the user.
    public var description: String {
        switch self {
        case .unusable(let sentence): sentence
        case .gaveUp(let url, let attempts, let reason):
            "\(shown(url)): \(reason), \(attempts) times; what was answered is kept: the same "
                + "command goes on"
        case .refused(let url, let status, let reason):
            "\(shown(url)): answers \(status)\(reason.isEmpty ? "" : " (\(reason))"); "
                + (status == 401 || status == 403
                    ? "check the token (--token-file)" : "check the address (--endpoint)")
        case .otherJournal(let path):
            "\(path): is of other rows or another endpoint; finish that work, remove the file, or "
                + "name another output"
        case .busyJournal(let path):
            "\(path): another process writes to it; wait for its end"
        case .width(let row, let expected, let got):
            "row \(row + 1): \(got) values, but rows before have \(expected); did the endpoint's "
                + "model change? Remove the journal to begin anew"
        }
    }
}
