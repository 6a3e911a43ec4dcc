import CambiumFiles
import CambiumPipelines
import CambiumTestFolders
import Foundation
import Testing

@Suite struct PipelineRecipeTests {
    private let scene: Scene

    init() throws { scene = try Scene() }

    /// The sentence that a recipe is refused with.
    private func complaint(_ text: String) throws -> String {
        do {
            _ = try scene.pipeline(text)
        } catch { return "\(error)".replacingOccurrences(of: scene.folder.path + "/", with: "") }
        return ""
    }

    @Test(arguments: [
        ("stages: {a: x --out a, b: 'y ${c} --out b'}", "recipe.yaml:1: stage b: ${c}: no stage"),
        ("stages:\n  first: x --out a\n  b: y ${frist} --out b", "recipe.yaml:3"),
        ("stages: {first: x --out a, b: 'y ${frist} --out b'}", "did you mean ${first}?"),
        ("stages: {a: 'x ${b} --out a', b: 'y ${a} --out b'}", "a needs b needs a"),
        ("stages: {a: 'x ${a} --out a'}", "a needs a"),
        ("stages: {a: x --out a, b: y --out a}", "output a: a makes it as well"),
        ("stages: {a: x --out a, b: y --out a/b}", "output a/b: a makes it as well"),
        ("stages: {a: x --out ../a}", "must lie below the run's folder"),
        ("stages: {a: x --out /elsewhere/a}", "must lie below the run's folder"),
        ("stages: {a: x --out b/../..}", "must lie below the run's folder"),
        ("stages: {a: x --out logs/a}", "keeps its own records there"),
        ("stages: {a: 'x }", "not valid YAML"),
        ("stages: {a: \"x 'y\"}", "a quote that is not closed"),
        ("stages: {a: 'x ${b'}", "without }"),
        ("stages: {a: ''}", "is empty"),
        ("stages: {a: [x]}", "must be a command line"),
        ("stages: {a: {run: x, exec: y}}", "one of the two"),
        ("stages: {a: {rum: x}}", "run"),
        ("stages: {a: {run: x, output: b}}", "unknown key stages.a.output; did you mean outputs?"),
        ("stages: {a: {run: x, inputs: nowhere}}", "nowhere: no such file"),
        ("stages: {a: {run: x, threads: 0}}", "threads must be in"),
        ("stages: {'a b': x}", "is no name for a stage"),
        ("stages: {run: x}", "is no name for a stage"),
        ("stages: {a: run other.yaml}", "is no stage"),
        ("stages: {a: serve b}", "is no stage"),
        ("stage: {a: x}", "unknown key stage; did you mean stages?"),
        ("variables: {a: b}\nstages: {a: x}", "choose another"),
        ("{}", "has no stages"),
        ("jobs: 0\nstages: {a: x}", "recipe.yaml:1: jobs must be in"),
        ("line: {model: m}", "images is missing"),
        ("line: {images: i}", "model is missing"),
        ("line: {images: i, model: m, adaptor: x}", "did you mean adapter?"),
        ("line: {images: i, model: m, options: {prepair: x}}", "did you mean prepare?"),
        ("stages: {a: 'x ${run} --out b'}", "holds the run's folder"),
        ("stages: {a: 'x ${run}/b --out c'}", "no stage makes it"),
    ])
    func `what cannot be run is refused with its place`(text: String, mentioned: String) throws {
        let complaint = try complaint(text)
        #expect(complaint.contains(mentioned), "\(complaint)")
        #expect(complaint.hasPrefix("recipe.yaml"), "\(complaint)")
        #expect(!complaint.contains("\n"))
    }

    @Test func `words, variables and paths`() throws {
        try scene.folder.write("x", to: "in put/a.txt")
        let pipeline = try scene.pipeline(
            """
            variables: {here: '\(scene.folder.path)', name: "b c"}
            stages:
              a: >
                x "${here}/in put" '${name}' $${name} --set K=${here}/in\\ put/a.txt
                --out one/${name}
              b: {run: [y, '${a}/part', 'n=${a}', '${out}'], outputs: [two], threads: 2}
            """)
        let (a, b) = (pipeline.stages[0], pipeline.stages[1])
        let input = "\(scene.folder.path)/in put"
        #expect(
            a.arguments == [
                "x", input, "b c", "${name}", "--set", "K=\(input)/a.txt", "--out",
                "\(scene.out)/one/b c",
            ])
        #expect(a.settings.last == "${run}/one/b c")
        #expect(a.inputs == [input, "\(input)/a.txt"])
        #expect(b.needs == [0] && b.threads == 2)
        #expect(b.inputs == ["\(scene.out)/one/b c", "\(scene.out)/one/b c/part"])
        #expect(b.arguments.last == "\(scene.out)/two" && b.outputs == ["\(scene.out)/two"])
    }

    @Test func `keys stand beside an array, a table means its data set`() throws {
        let pipeline = try scene.pipeline(
            """
            stages:
              p: prepare --out data
              e: embed --images ${p}/test_images.tsv --out e.npy
              k: evaluate knn --test ${e} --labels ${p}/unique_texts.txt --out k
              r: report ${k} --out r.html
            """)
        func inputs(_ index: Int) -> [String] {
            pipeline.stages[index].inputs.map { String($0.dropFirst(scene.out.count + 1)) }
        }
        #expect(inputs(1) == ["data"])
        #expect(inputs(2) == ["data/unique_texts.txt", "e.json", "e.keys.tsv", "e.npy"])
        #expect(pipeline.stages[3].outputs == ["\(scene.out)/r.html", "\(scene.out)/r-files"])
    }

    @Test func `the usual line in a few words`() throws {
        let text = """
            line:
              images: pictures
              model: release
              adapter: none
              template: "an image of {}"
              options: {prepare: --size 64 --seed 3}
            stages:
              knn: evaluate knn --train ${embed-train} --test ${embed-test} -k 1 --out results/knn
            """
        let pipeline = try scene.pipeline(text)
        let names = pipeline.stages.map(\.name)
        #expect(names.first == "prepare" && names.last == "verify")
        #expect(!names.contains("adapt") && !names.contains("train"))
        let prepare = pipeline.stages[0].settings
        #expect(
            prepare == [
                "prepare", "pictures", "--out", "${run}/data", "--size", "64", "--seed", "3",
            ]
        )
        let knn = try #require(pipeline.stages.first { $0.name == "knn" })
        #expect(knn.settings.contains("-k"))
    }

    @Test func `which stages could run beside others`() throws {
        try scene.diamond()
        #expect(try scene.pipeline().canRunBeside() == [true, true, false])
    }
}
