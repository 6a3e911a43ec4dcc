internal import ArgumentParser
internal import CambiumEvaluation
internal import CambiumFiles
internal import CambiumJobs
internal import CambiumTraining

/// What the program knows of its own commands when they are stages of a run.
enum StageCommands {
    /// What a command reads that its arguments do not name. Arguments are checked on the way: a
    /// typo is found before the first stage starts.
    static func implied(_ arguments: [String]) throws -> [String] {
        let names = Cambium.configuration.subcommands.compactMap {
            $0.configuration.commandName
        }
        guard let name = arguments.first, names.contains(name) else {
            let nearest = NearestName.of(arguments.first ?? "", in: names)
            throw UsageError(
                "\(arguments.first ?? ""): is no command of cambium"
                    + (nearest.map { "; did you mean \($0)?" } ?? "; exec names other programs"))
        }
        let command: any ParsableCommand
        do {
            command = try Cambium.parseAsRoot(arguments)
        } catch {
            throw UsageError(Cambium.message(for: error))
        }
        switch command {
        case let train as TrainCommand: return try read(by: train)
        case let launch as LaunchCommand: return try implied(launch.command)
        default: return []
        }
    }

    /// The model and data sets that a training recipe names.
    private static func read(by train: TrainCommand) throws -> [String] {
        // One that a stage makes is not there yet.
        guard FileSystem.kind(train.recipe) == .file else { return [] }
        let recipe = try Recipe(
            file: train.recipe, overrides: train.overrides, metrics: Metric.keys(.training))
        return ([recipe.pretrained] + recipe.startWeights + recipe.dataSources.map(\.root))
            .filter { !$0.isEmpty }
    }
}
