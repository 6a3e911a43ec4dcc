/// Paths as text, and what is below what.
enum RunPaths {
    /// Without `.`, `..` that can be resolved, and slashes at the end.
    static func normal(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !path.hasPrefix("/") {
                parts.append(part)
            }
        }
        let joined = parts.joined(separator: "/")
        if path.hasPrefix("/") { return "/" + joined }
        return joined.isEmpty ? "." : joined
    }

    /// Whether a path is another one or below it; both normal.
    static func isBelow(_ path: String, _ folder: String) -> Bool {
        path == folder || folder == "." && !path.hasPrefix("/") && !path.hasPrefix("..")
            || path.hasPrefix(folder == "/" ? "/" : "\(folder)/")
    }

    /// Whether one holds the other.
    static func overlap(_ a: String, _ b: String) -> Bool { isBelow(a, b) || isBelow(b, a) }

    /// What a command writes beside its main output.
    static func companions(of output: String, command: String) -> [String] {
        if command == "report", output.hasSuffix(".html") {
            return ["\(output.dropLast(5))-files"]
        }
        if command == "embed" { return beside(output) }
        return command == "umap" ? beside(output).filter { $0.hasSuffix(".tsv") } : []
    }

    /// The keys beside an array, and what is said of how it came to be.
    static func beside(_ path: String) -> [String] {
        path.hasSuffix(".npy") ? ["\(path.dropLast(4)).keys.tsv", "\(path.dropLast(4)).json"] : []
    }

    /// What counts as read where a path is named: the whole data set for one of its tables.
    static func read(_ path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        let isTable = name.hasSuffix(".tsv") && name.contains("_images")
        guard isTable, let slash = path.lastIndex(of: "/") else { return path }
        return String(path[..<slash])
    }
}
