internal import CambiumFiles

/// Finds out what the stages of a recipe read and make.
package struct StageResolver {
    /// What stands for the run's folder where a command is recorded.
    static let mark = "${run}"
    /// Names in the run's folder that are not for stages.
    private static let ownNames = ["lineage.json", "logs", ".digests"]

    private let recipe: PipelineRecipe
    private let folder: String
    /// The outputs of each stage, relative to the run's folder, the main one first.
    private var outputs: [[String]] = []

    /// Finds what each stage makes in a run's folder.
    package init(_ recipe: PipelineRecipe, _ folder: String) throws {
        (self.recipe, self.folder) = (recipe, folder)
        for stage in recipe.stages { outputs.append(try madeBy(stage)) }
        try checkOverlaps()
    }

    /// A stage with its paths.
    package func stage(_ index: Int, _ implied: ([String]) throws -> [String]) throws -> Stage {
        let declared = recipe.stages[index]
        let arguments = try words(index, in: folder)
        if declared.isForeign { try requireProgram(arguments[0], declared) }
        var paths = try found(index, arguments)
        for input in declared.inputs {
            let path = RunPaths.normal(try fill(input, index, in: folder))
            guard exists(path) || !makers(of: path).isEmpty else {
                throw error(declared, "input \(path): no such file or folder; check the path")
            }
            paths.insert(path)
        }
        if !declared.isForeign {
            do {
                paths.formUnion(try implied(arguments).map(RunPaths.normal))
            } catch let failure as SettingsError {
                throw failure
            } catch {
                throw self.error(declared, "\(error)")
            }
        }
        let (inputs, needs) = try sources(of: paths, index)
        return Stage(
            name: declared.name, place: declared.place, isForeign: declared.isForeign,
            arguments: arguments, settings: try words(index, in: Self.mark),
            inputs: inputs.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) },
            outputs: outputs[index].map { "\(folder)/\($0)" }, threads: declared.threads,
            needs: needs)
    }

    private func requireProgram(_ name: String, _ stage: StageDeclaration) throws {
        guard makers(of: RunPaths.normal(name)).isEmpty, ProgramSearch.path(of: name) == nil
        else { return }
        throw error(
            stage, "no program \(shown(name)); give its path from the root, or install it")
    }

    // MARK: outputs

    private func madeBy(_ stage: StageDeclaration) throws -> [String] {
        let command = stage.isForeign ? "" : stage.words[0]
        guard !["run", "serve"].contains(command) else {
            throw error(stage, "cambium \(command) is no stage: it does not end by itself")
        }
        var made: [String] = []
        for (position, word) in stage.words.enumerated() {
            guard let text = outValue(stage, position, word) else { continue }
            let path = try own(text, stage)
            made += [path] + RunPaths.companions(of: path, command: command)
        }
        return made + (try stage.outputs.map { try own($0, stage) })
    }

    /// The value of `--out` where a word is one.
    private func outValue(_ stage: StageDeclaration, _ position: Int, _ word: String) -> String? {
        if word.hasPrefix("--out=") { return String(word.dropFirst(6)) }
        let isValue = position > 0 && stage.words[position - 1] == "--out"
        return isValue ? word : nil
    }

    /// A path below the run's folder, checked.
    private func own(_ text: String, _ stage: StageDeclaration) throws -> String {
        let path = RunPaths.normal(try ownText(text, stage))
        guard !path.hasPrefix("/"), !path.hasPrefix(".."), path != "." else {
            throw error(
                stage, "output \(text): must lie below the run's folder; give a path relative to it"
            )
        }
        guard !Self.ownNames.contains(where: { RunPaths.overlap(path, $0) }) else {
            throw error(
                stage, "output \(text): the run keeps its own records there; choose another")
        }
        return path
    }

    private func ownText(_ text: String, _ stage: StageDeclaration) throws -> String {
        let isMarked = text.hasPrefix("\(Self.mark)/")
        let template = try template(isMarked ? String(text.dropFirst(7)) : text, stage)
        return try template.filled { name in
            guard let value = recipe.variables[name] else {
                throw error(stage, "output \(text): only variables may stand in the name of one")
            }
            return value
        }
    }

    private func checkOverlaps() throws {
        for (index, stage) in recipe.stages.enumerated() {
            for path in outputs[index] {
                for other in 0...index {
                    let count = outputs[other].count { RunPaths.overlap($0, path) }
                    guard count > (other == index ? 1 : 0) else { continue }
                    throw error(
                        stage,
                        "output \(path): \(recipe.stages[other].name) makes it as well; "
                            + "give each stage a place of its own")
                }
            }
        }
    }

    // MARK: words

    /// A command's words, with a folder in the place of the run's.
    private func words(_ index: Int, in folder: String) throws -> [String] {
        let stage = recipe.stages[index]
        return try stage.words.enumerated().map { position, word in
            guard outValue(stage, position, word) != nil else {
                return try fill(word, index, in: folder)
            }
            let path = "\(folder)/\(try own(outValue(stage, position, word) ?? "", stage))"
            return word.hasPrefix("--out=") ? "--out=\(path)" : path
        }
    }

    private func fill(_ word: String, _ index: Int, in folder: String) throws -> String {
        let stage = recipe.stages[index]
        return try template(word, stage).filled { try value(of: $0, index, in: folder) }
    }

    private func value(of name: String, _ index: Int, in folder: String) throws -> String {
        if let value = recipe.variables[name] { return value }
        if name == "run" { return folder }
        let stage = recipe.stages[index]
        guard let other = name == "out" ? index : recipe.names.firstIndex(of: name) else {
            let known = recipe.names + recipe.variables.keys.sorted() + ["run", "out"]
            let nearest = NearestName.of(name, in: known).map { "; did you mean ${\($0)}?" } ?? ""
            throw error(stage, "${\(name)}: no stage or variable has this name\(nearest)")
        }
        guard let output = outputs[other].first else {
            throw error(stage, "${\(name)}: that stage makes nothing that could be named")
        }
        return "\(folder)/\(output)"
    }

    private func template(_ word: String, _ stage: StageDeclaration) throws -> Template {
        guard let template = Template(word) else {
            throw error(stage, "\(word): ${ without }; write $${ for the characters themselves")
        }
        return template
    }

    // MARK: inputs

    /// The paths among the words of a command: what follows a reference to a stage, and words that
    /// name something that exists.
    private func found(_ index: Int, _ arguments: [String]) throws -> Set<String> {
        let stage = recipe.stages[index]
        var paths: Set<String> = []
        for (position, word) in stage.words.enumerated() {
            guard outValue(stage, position, word) == nil else { continue }
            paths.formUnion(try referred(word, index))
            // The first is the command's name, or a program.
            if position > 0 { paths.formUnion(existing(arguments[position])) }
        }
        return paths
    }

    /// `${prepare}/a.tsv` of `DATASET.ROOT=${prepare}/a.tsv`.
    private func referred(_ word: String, _ index: Int) throws -> [String] {
        let parts = try template(word, recipe.stages[index]).parts
        return try parts.indices.compactMap { position in
            guard case .reference(let name) = parts[position], name != "out",
                recipe.variables[name] == nil
            else { return nil }
            var path = try value(of: name, index, in: folder)
            if parts.indices.contains(position + 1), case .text(let text) = parts[position + 1] {
                path += text.prefix { $0 != "," }
            }
            return RunPaths.normal(Self.withoutGlob(path))
        }
    }

    private func existing(_ word: String) -> [String] {
        let candidates =
            [word]
            + ["=", ":"].compactMap { mark in
                word.firstIndex(of: mark).map { String(word[word.index(after: $0)...]) }
            }
        return candidates.map(Self.withoutGlob)
            .filter { !$0.isEmpty && !$0.hasPrefix("-") && exists($0) }.map(RunPaths.normal)
    }

    private static func withoutGlob(_ path: String) -> String {
        path.hasSuffix("/*") ? String(path.dropLast(2)) : path
    }

    private func exists(_ path: String) -> Bool { FileSystem.kind(path) != nil }

    /// What a stage reads of each path, and who makes it.
    private func sources(
        of paths: Set<String>, _ index: Int
    ) throws -> (inputs: Set<String>, needs: Set<Int>) {
        let stage = recipe.stages[index]
        var inputs: Set<String> = []
        var needs: Set<Int> = []
        for path in paths.map(local).sorted() {
            guard !RunPaths.isBelow(folder, path) else {
                throw error(
                    stage,
                    "\(path): holds the run's folder \(folder); name what is to be read, or "
                        + "put the run elsewhere")
            }
            for read in [RunPaths.read(path)] + RunPaths.beside(path) {
                let makers = makers(of: read)
                // Its own output of an earlier run.
                if makers == [index], !refers(stage, to: path) { continue }
                if makers.isEmpty, !exists(read) {
                    guard read == path || read == RunPaths.read(path) else { continue }
                    throw error(stage, "\(path): no stage makes it, and it does not exist")
                }
                needs.formUnion(makers)
                inputs.insert(read)
            }
        }
        return (inputs, needs)
    }

    /// A path relative to the root where it lies below it.
    private func local(_ path: String) -> String {
        let root = FileSystem.workingFolder
        guard path.hasPrefix("/"), root != "/", RunPaths.isBelow(path, root) else { return path }
        return path == root ? "." : String(path.dropFirst(root.count + 1))
    }

    /// Whether a stage names its own output by its name, which is a circle of one.
    private func refers(_ stage: StageDeclaration, to path: String) -> Bool {
        (stage.words + stage.inputs).contains {
            Template($0)?.references.contains(stage.name) ?? false
        }
    }

    /// The stages that make a path, a part of it, or what it lies in.
    private func makers(of path: String) -> Set<Int> {
        guard RunPaths.isBelow(path, folder) else { return [] }
        let made = recipe.stages.indices.filter { index in
            outputs[index].contains { RunPaths.overlap("\(folder)/\($0)", path) }
        }
        return Set(made)
    }

    private func error(_ stage: StageDeclaration, _ reason: String) -> SettingsError {
        SettingsError(place: stage.place, reason: "stage \(stage.name): \(reason)")
    }
}
