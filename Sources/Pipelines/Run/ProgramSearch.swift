internal import CambiumFiles
internal import Glibc

/// Where a program is, as a shell looks for it.
public enum ProgramSearch {
    /// The path of a program; nil where there is none.
    public static func path(of name: String) -> String? {
        guard !name.contains("/") else { return isProgram(name) ? name : nil }
        guard let variable = getenv("PATH") else { return nil }
        return String(cString: variable).split(separator: ":").map { "\($0)/\(name)" }
            .first(where: isProgram)
    }

    private static func isProgram(_ path: String) -> Bool {
        FileSystem.kind(path) == .file && access(path, X_OK) == 0
    }
}
