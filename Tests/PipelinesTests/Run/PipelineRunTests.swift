import CambiumFiles
import CambiumPipelines
import CambiumTestFolders
import Foundation
import Testing

@Suite struct PipelineRunTests {
    private let scene: Scene

    init() throws {
        scene = try Scene()
        try scene.diamond()
    }

    @Test func `each stage runs once, after what it needs`() throws {
        #expect(try scene.perform() == ["left", "right", "last"])
        #expect(try scene.text("last.txt") == "a\nb\n")
        #expect(try scene.perform() == [])
        #expect(scene.events.allSatisfy { $0.event == .unchanged })
    }

    @Test func `a second run without a change writes nothing`() throws {
        try scene.perform()
        let path = "\(scene.out)/lineage.json"
        let before = try FileSystem.modified(path)
        try scene.perform()
        #expect(try FileSystem.modified(path) == before)
    }

    @Test func `a changed byte runs what reads it, and no more`() throws {
        try scene.perform()
        try scene.folder.write("B\n", to: "b.txt")
        #expect(try scene.run().plan().map(\.reasons).filter { !$0.isEmpty }.count == 2)
        #expect(try scene.perform() == ["right", "last"])
        #expect(try scene.text("last.txt") == "a\nB\n")
    }

    @Test func `a byte that changes behind the clock's back is noticed`() throws {
        try scene.perform()
        let path = "\(scene.folder.path)/a.txt"
        let time = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.write(contentsOf: Data("A".utf8))
        try handle.close()
        try FileManager.default.setAttributes(
            [.modificationDate: try #require(time)], ofItemAtPath: path)
        #expect(try scene.perform() == ["left", "last"])
    }

    @Test func `what is touched or comes out the same runs nothing after it`() throws {
        try scene.perform()
        try scene.folder.write("a\n", to: "a.txt")
        #expect(try scene.perform() == [])
        #expect(try scene.perform(from: ["left"]) == ["left", "last"])
        try FileSystem.remove("\(scene.out)/left.txt")
        #expect(try scene.perform() == ["left"])
    }

    @Test func `outputs that somebody changed are made again`() throws {
        try scene.perform()
        try FileSystem.write("mine\n", to: "\(scene.out)/right.txt")
        let plan = try scene.run().plan()
        #expect(plan[1].reasons == [.outputChanged("${run}/right.txt")])
        #expect(plan[2].reasons == [.after("right")])
        #expect(try scene.perform() == ["right"])
        #expect(try scene.text("right.txt") == "b\n")
    }

    @Test func `another program runs all again, another word the stage`() throws {
        try scene.perform()
        #expect(try scene.perform(program: "2") == ["left", "right", "last"])
        let text = try FileSystem.readText(scene.recipe)
        try FileSystem.write(
            text.replacingOccurrences(of: "${left} ${right}", with: "${left} --loud ${right}"),
            to: scene.recipe)
        let plan = try scene.run(program: "2").plan()
        #expect(plan[2].reasons.map(\.description) == ["setting changed: now --loud"])
        #expect(try scene.perform(program: "2") == ["last"])
    }

    @Test func `a folder that was moved is the same run`() throws {
        try scene.perform()
        let elsewhere = "\(scene.folder.path)/moved"
        try FileSystem.rename(scene.out, to: elsewhere)
        let run = try PipelineRun(
            Pipeline(PipelineRecipe(scene.recipe), folder: elsewhere), recipe: scene.recipe,
            digests: FileDigests(keptIn: nil), program: "1", runner: scene.runner, jobs: 1
        ) { _, _ in }
        #expect(try run.plan().allSatisfy { !$0.runs })
    }

    @Test func `a stage that fails is named, others finish, those after it wait`() throws {
        scene.runner.failing = ["left"]
        #expect(try scene.perform() == ["left", "right"])
        let failures = scene.events.filter { $0.event == .failed("it does not work") }
        #expect(failures.map(\.stage) == ["left"])
        #expect(scene.events.contains { $0.stage == "last" && $0.event == .blocked(by: "left") })
        scene.runner.failing = []
        #expect(try scene.perform() == ["left", "last"])
    }

    @Test func `a stage that makes nothing has failed`() throws {
        scene.runner.idle = ["right"]
        try scene.perform()
        let sentence = "it ended well, but did not make ${run}/right.txt"
        #expect(scene.events.contains { $0.event == .failed(sentence) })
    }

    @Test func `a run that was killed goes on`() throws {
        for name in ["left", "right", "last"] {
            scene.runner.killing = [name]
            #expect(throws: Runner.Killed.self) { try scene.perform() }
            #expect(try scene.run().plan().contains { $0.reasons.first == .unfinished(.running) })
        }
        scene.runner.killing = []
        #expect(try scene.perform() == ["last"])
        #expect(try scene.text("last.txt") == "a\nb\n")
    }

    @Test func `training goes on, and only with the same settings`() throws {
        try scene.folder.write("x\n", to: "data")
        func write(_ word: String) throws {
            try scene.folder.write(
                "stages: {t: 'train \(scene.folder.path)/data \(word) --out run'}",
                to: "recipe.yaml")
        }
        try write("a")
        scene.runner.killing = ["t"]
        for _ in 0..<2 { #expect(throws: Runner.Killed.self) { try scene.perform() } }
        #expect(scene.runner.resumed == ["t"])
        try write("b")
        #expect(throws: Runner.Killed.self) { try scene.perform() }
        #expect(scene.runner.resumed == ["t"])
        scene.runner.killing = []
        try scene.perform()
        #expect(scene.runner.resumed == ["t", "t"])
    }

    @Test func `what somebody put where a stage writes is not removed`() throws {
        try FileSystem.makeFolder(scene.out)
        try FileSystem.write("mine\n", to: "\(scene.out)/left.txt")
        #expect(try scene.perform() == ["right"])
        let failed = try #require(scene.events.first { $0.stage == "left" })
        #expect("\(failed.event)".contains("no run recorded that it made it"))
        #expect(try scene.text("left.txt") == "mine\n")
    }

    @Test func `as many run side by side as may`() throws {
        try scene.perform(jobs: 1)
        #expect(scene.runner.most == 1)
        try scene.perform(program: "2", jobs: 4)
        #expect(scene.runner.most == 2)
    }

    @Test func `only some`() throws {
        #expect(try scene.perform(only: ["right"]) == ["right"])
        #expect(try scene.perform(only: ["last"]) == ["left", "last"])
        #expect(throws: PipelineError.unknownStage("rihgt", known: ["left", "right", "last"])) {
            try scene.perform(only: ["rihgt"])
        }
    }

    @Test func `a run that is told to stop begins nothing`() throws {
        scene.runner.isStopping = true
        #expect(try scene.perform() == [])
        scene.runner.isStopping = false
        #expect(try scene.perform().count == 3)
    }

    @Test func `the record names everything, with digests that sha256sum gives`() throws {
        try scene.perform()
        let json = try JSON(parsing: FileSystem.readText("\(scene.out)/lineage.json"))
        let stage = try #require(json["stages"]?["last"])
        #expect(stage["needs"]?.array == ["left", "right"])
        #expect(stage["command"]?.array?.last == "${run}/last.txt")
        #expect(
            stage["inputs"]?["${run}/left.txt"]?.string == Digest.sha256(Array("a\n".utf8)))
        #expect(
            stage["outputs"]?["${run}/last.txt"]?["sha256"]?.string
                == Digest.sha256(Array("a\nb\n".utf8)))
        #expect(stage["seconds"]?.number == 1 && stage["peak_bytes"] == 1_048_576)
        #expect(json["recipe"]?["sha256"]?.string == (try Digest.sha256(file: scene.recipe)))
    }

    @Test(arguments: ["", "[]", "{\"schema\": 2}", "{\"schema\": 1, \"stages\": {\"left\": {}}}"])
    func `a damaged record is refused`(text: String) throws {
        try FileSystem.makeFolder(scene.out)
        try FileSystem.write(text, to: "\(scene.out)/lineage.json")
        #expect(throws: PipelineError.self) { try scene.perform() }
    }

    /// Random graphs and random changes: after each, what runs is what a naive reading says.
    @Test(arguments: 0..<20)
    func `what runs is what reads what became different`(seed: UInt64) throws {
        var draw = SeededGenerator(seed: seed)
        let count = 8
        var reads: [Set<Int>] = []
        for stage in 0..<count {
            reads.append(Set((0..<stage).filter { _ in draw.next() % 3 == 0 }))
            try scene.folder.write("\(stage)\n", to: "f\(stage)")
        }
        let lines = reads.enumerated().map { stage, others in
            "  s\(stage): join \(scene.folder.path)/f\(stage) "
                + others.sorted().map { "${s\($0)}" }.joined(separator: " ") + " --out o\(stage)\n"
        }
        try scene.folder.write("stages:\n" + lines.joined(), to: "recipe.yaml")
        #expect(try scene.perform().count == count)
        for round in 0..<5 {
            let changed = Int(draw.next() % UInt64(count))
            try scene.folder.write("\(round) \(changed)\n", to: "f\(changed)")
            var expected: Set<Int> = [changed]
            for stage in 0..<count where !reads[stage].isDisjoint(with: expected) {
                expected.insert(stage)
            }
            #expect(try Set(scene.perform(jobs: 3)) == Set(expected.map { "s\($0)" }))
        }
    }
}
