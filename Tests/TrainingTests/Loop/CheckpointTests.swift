import CambiumFiles
import CambiumTraining
import Testing

@Suite struct CheckpointTests {
    @Test(arguments: [
        ("step", JSON.number(Double(1 << 62))), ("best_step", -1), ("best_step", 10),
        ("skipped", .number(-Double(1 << 62))), ("skipped", 10), ("skipped_in_row", -1),
        ("waited", 10), ("gradient_scale_steps", .number(Double(1 << 62))), ("loss_count", -1),
        ("processes", 0), ("processes", .number(Double(1 << 62))), ("gradient_scale", 0),
        ("gradient_scale", -1),
    ])
    func `a count that no run can have had is refused by its name`(
        member: String, value: JSON
    ) throws {
        let run = try TinyRun()
        defer { try? FileSystem.remove(run.folder) }
        try run.train()
        try Self.set(member, value, in: run)
        #expect {
            try run.train(resuming: true)
        } throws: {
            "\($0)".contains("last/state.json: \(member) must be ")
        }
    }

    @Test(arguments: ["data_sha256", "start_sha256"])
    func `a digest that is no text does not pass for one that is missing`(member: String) throws {
        let run = try TinyRun()
        defer { try? FileSystem.remove(run.folder) }
        try run.train()
        try Self.set(member, true, in: run)
        #expect(throws: TrainingError.self) { try run.train(resuming: true) }
    }

    private static func set(_ member: String, _ value: JSON, in run: TinyRun) throws {
        let path = "\(run.folder)/last/state.json"
        var members = try #require(try JSON(file: path).object)
        members[member] = value
        try FileSystem.write(JSON.object(members).document, to: path)
    }
}
