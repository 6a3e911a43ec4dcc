internal import CambiumFiles
internal import CambiumPipelines
internal import Glibc

/// Where a run takes place: the recipe's root is the working folder, so that stages and their
/// records name paths as the recipe does.
struct RunPlace {
    let recipe: PipelineRecipe
    /// The recipe, from the root.
    let file: String
    /// The run's folder, from the root.
    let folder: String

    /// - Parameter enter: makes the root, which it gets, the working folder.
    init(
        _ path: String, overrides: [String], out: String?, enter: (String) throws -> Void
    ) throws {
        let recipe = try Arguments.checked { try PipelineRecipe(path, overrides: overrides) }
        self.recipe = recipe
        let start = FileSystem.workingFolder
        let whole = Self.join(start, path)
        do {
            try enter(Self.join(FileSystem.parent(whole), recipe.root ?? "."))
        } catch {
            throw UsageError("\(path): root \(recipe.root ?? "."): \(error)")
        }
        guard let folder = out.map({ Self.join(start, $0) }) ?? recipe.out else {
            throw UsageError("no folder for the run: give --out RUN, or out in \(path)")
        }
        (file, self.folder) = (Self.local(whole), Self.local(folder))
    }

    private static func join(_ folder: String, _ path: String) -> String {
        path.hasPrefix("/") ? path : "\(folder)/\(path)"
    }

    /// Relative to the working folder where it lies below it.
    private static func local(_ path: String) -> String {
        guard path.hasPrefix("/") else { return path }
        let parent = FileSystem.parent(path)
        guard let real = realpath(parent, nil) else { return path }
        defer { free(real) }
        let whole = "\(String(cString: real))/\(FileSystem.name(path))"
        let prefix = FileSystem.workingFolder + "/"
        return whole.hasPrefix(prefix) ? String(whole.dropFirst(prefix.count)) : path
    }
}
