import CambiumFiles
import CambiumPipelines
import CambiumTestFolders
import Testing

/// What stages read and make, asked of the resolver itself: numbers are those of the recipe.
@Suite struct StageResolverTests {
    private let scene: Scene

    init() throws { scene = try Scene() }

    private func stages(
        _ count: Int, _ text: String, implied: @escaping ([String]) throws -> [String] = { _ in [] }
    ) throws -> [Stage] {
        try scene.folder.write(text, to: "recipe.yaml")
        let recipe = try PipelineRecipe(scene.recipe)
        let resolver = try StageResolver(recipe, scene.out)
        return try (0..<count).map { try resolver.stage($0, implied) }
    }

    @Test func `a stage needs whoever makes what it reads, wherever they stand`() throws {
        let stages = try stages(
            4,
            """
            stages:
              last: {run: 'x ${first}/deep/file --set A=${middle}', outputs: [last]}
              middle: x ${first} --out m/middle.txt
              first: x --out=f
              alone: {run: x, inputs: '${first}/a', outputs: [b/c, d]}
            """)
        #expect(stages.map(\.needs) == [[1, 2], [2], [], [2]])
        let out = scene.out
        #expect(stages[0].inputs == ["\(out)/f/deep/file", "\(out)/m/middle.txt"])
        #expect(
            stages[3].inputs == ["\(out)/f/a"] && stages[3].outputs == ["\(out)/b/c", "\(out)/d"])
        #expect(stages[2].arguments == ["x", "--out=\(out)/f"])
        #expect(stages[2].settings == ["x", "--out=${run}/f"])
    }

    @Test func `arrays and pages come with what stands beside them`() throws {
        let stages = try stages(
            3,
            """
            stages:
              e: embed --out a/e.npy
              r: report --out r.html
              p: package ${e} --out p.npy
            """)
        let names = stages.map { $0.outputs.map { String($0.dropFirst(scene.out.count + 1)) } }
        #expect(
            names == [
                ["a/e.npy", "a/e.keys.tsv", "a/e.json"], ["r.html", "r-files"], ["p.npy"],
            ])
        let inputs = ["e.json", "e.keys.tsv", "e.npy"].map { "\(scene.out)/a/\($0)" }
        #expect(stages[2].inputs == inputs)
    }

    @Test func `what a command reads unsaid is read, and its complaint is the stage's`() throws {
        let hidden = try scene.folder.write("x", to: "hidden.txt")
        let stages = try stages(1, "stages: {a: x --out a}") { arguments in
            #expect(arguments.first == "x")
            return [hidden]
        }
        #expect(stages[0].inputs == [hidden])
        struct Complaint: Error, CustomStringConvertible { let description = "no such option" }
        #expect {
            _ = try self.stages(1, "stages:\n  a: x --out a") { _ in throw Complaint() }
        } throws: {
            "\($0)".contains("recipe.yaml:2: stage a: no such option")
        }
    }

    @Test func `another program is looked for, and not asked what it reads`() throws {
        let stages = try stages(1, "stages: {a: {exec: 'sh -c true', outputs: [a]}}") { _ in
            Issue.record("another program's words are its own")
            return []
        }
        #expect(stages[0].isForeign && stages[0].arguments == ["sh", "-c", "true"])
        #expect {
            _ = try self.stages(1, "stages: {a: {exec: no-such-program-here, outputs: [a]}}")
        } throws: {
            "\($0)".contains("no program no-such-program-here")
        }
    }

    @Test func `variables stand in outputs, stages do not`() throws {
        let stages = try stages(1, "variables: {v: one/two}\nstages: {a: 'x --out ${v}/three'}")
        #expect(stages[0].outputs == ["\(scene.out)/one/two/three"])
        #expect {
            _ = try self.stages(2, "stages: {a: x --out a, b: 'x --out ${a}/b'}")
        } throws: {
            "\($0)".contains("only variables may stand in the name of one")
        }
    }

    @Test func `words name what they read behind a sign, up to a comma, or all of a folder`() throws
    {
        let (a, b) = (
            try scene.folder.write("x", to: "a.txt"), try scene.folder.write("x", to: "b.txt")
        )
        try scene.folder.write("x", to: "d/c.txt")
        let here = scene.folder.path
        let stages = try stages(
            2,
            """
            stages:
              first: x --one=\(a) name:\(b) '\(here)/d/*' --out f
              second: x '${first}/one,other' --out=g
            """)
        #expect(stages[0].inputs == [a, b, "\(here)/d"])
        #expect(stages[1].inputs == ["\(scene.out)/f/one"])
    }

    @Test func `a stage's own output is no input, unless it is asked for`() throws {
        try scene.folder.write("x", to: "out/a")
        let stages = try stages(1, "stages: {a: 'x \(scene.out)/a --out a'}")
        #expect(stages[0].inputs.isEmpty && stages[0].needs.isEmpty)
    }

    @Test(arguments: ["--out=${run}/a", "--out ${run}/a"])
    func `an output may be named from the run's folder`(words: String) throws {
        #expect(try stages(1, "stages: {a: 'x \(words)'}")[0].outputs == ["\(scene.out)/a"])
    }

    @Test(arguments: [
        ("x --out .", "must lie below the run's folder"),
        ("x --out .digests", "keeps its own records there"),
        ("x --out lineage.json", "keeps its own records there"),
        ("x --out a --out a/b", "a makes it as well"),
    ])
    func `an output that cannot be one is refused`(words: String, sentence: String) {
        #expect {
            _ = try self.stages(1, "stages: {a: '\(words)'}")
        } throws: {
            "\($0)".contains(sentence)
        }
    }
}
