internal import CambiumFiles

/// The stages of a recipe with their paths, in an order in which they can run.
public struct Pipeline: Sendable {
    /// The run's folder.
    public let folder: String
    /// Each stands after those that it needs.
    public let stages: [Stage]

    /// Resolves a recipe in the working folder, which is its root.
    /// - Parameters:
    ///   - folder: the run's folder; normally below the root.
    ///   - implied: what a command of cambium (its arguments) reads that no argument names; throws
    ///     for arguments that cannot be used.
    /// - Throws: `SettingsError` with the line of the stage that cannot be.
    public init(
        _ recipe: PipelineRecipe, folder: String,
        implied: ([String]) throws -> [String] = { _ in [] }
    ) throws {
        let folder = RunPaths.normal(folder)
        guard !RunPaths.isBelow(RunPaths.normal(FileSystem.workingFolder), folder), folder != ".",
            folder.split(separator: "/").contains(where: { $0 != ".." })
        else {
            throw SettingsError(
                place: recipe.file,
                reason: "the run's folder \(folder) holds the recipe's root; give the run a folder "
                    + "of its own (--out)")
        }
        let resolver = try StageResolver(recipe, folder)
        let stages = try recipe.stages.indices.map { try resolver.stage($0, implied) }
        guard let order = DependencyOrder.sorted(stages.map(\.needs)) else {
            throw Self.circle(stages)
        }
        var place = [Int](repeating: 0, count: stages.count)
        for (index, stage) in order.enumerated() { place[stage] = index }
        self.folder = folder
        self.stages = order.map { index in
            var stage = stages[index]
            stage.needs = Set(stage.needs.map { place[$0] })
            return stage
        }
    }

    /// The stages of these names and all that they need, or all that need them.
    /// - Throws: the name that no stage has.
    public func selection(
        _ names: [String], withThoseThatNeedThem: Bool
    ) throws(PipelineError) -> Set<Int> {
        var chosen: Set<Int> = []
        for name in names {
            guard let index = stages.firstIndex(where: { $0.name == name }) else {
                throw .unknownStage(name, known: stages.map(\.name))
            }
            chosen.insert(index)
        }
        if withThoseThatNeedThem {
            for index in stages.indices where !stages[index].needs.isDisjoint(with: chosen) {
                chosen.insert(index)
            }
        } else {
            for index in stages.indices.reversed() where chosen.contains(index) {
                chosen.formUnion(stages[index].needs)
            }
        }
        return chosen
    }

    /// Whether another stage could run beside each: neither needs the other.
    public func canRunBeside() -> [Bool] {
        var below = [Set<Int>](repeating: [], count: stages.count)
        for (index, stage) in stages.enumerated() {
            below[index] = stage.needs.reduce(into: stage.needs) { $0.formUnion(below[$1]) }
        }
        return stages.indices.map { index in
            stages.indices.contains { other in
                other != index && !below[index].contains(other) && !below[other].contains(index)
            }
        }
    }

    private static func circle(_ stages: [Stage]) -> SettingsError {
        // Walking backwards among stages that are never free ends in a circle.
        var left = Set(stages.indices)
        while let free = left.first(where: { stages[$0].needs.isDisjoint(with: left) }) {
            left.remove(free)
        }
        var path: [Int] = []
        var next = left.min() ?? 0
        while !path.contains(next) {
            path.append(next)
            next = stages[next].needs.intersection(left).min() ?? next
        }
        let circle = path.drop { $0 != next } + [next]
        return SettingsError(
            place: stages[next].place,
            reason: "stages need each other in a circle: "
                + circle.map { stages[$0].name }.joined(separator: " needs "))
    }
}
