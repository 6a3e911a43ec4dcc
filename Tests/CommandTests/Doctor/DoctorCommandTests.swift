import CambiumFiles
import CambiumTestFolders
import Testing

@Suite struct DoctorCommandTests {
    @Test func `the findings name what was built in and what set-up fetched`() throws {
        let answer = try Program.run("doctor", "--json")
        #expect(answer.status == 0)
        #expect(answer.stderr.isEmpty)
        let findings = try JSON(parsing: answer.stdout)
        #expect(findings["cambium"]?["version"]?.string == Release.version)
        #expect(findings["libtorch"]?["version"]?.string == "2.11.0")
        #expect((findings["processor"]?["cores"]?.number ?? 0) > 0)
        #expect((findings["memory"]?["total_bytes"]?.integer ?? 0) > 1 << 28)
        #expect((findings["disk"]?["free_bytes"]?.integer ?? -1) >= 0)
        #expect(findings["codecs"]?["libjpeg_turbo"]?.string?.split(separator: ".").count == 3)
        #expect(findings["clip_vocabulary"]?.string?.hasSuffix("bpe_simple_vocab_16e6.txt") == true)
    }

    @Test func `a vocabulary that is not there is missed, with the way to get it`() throws {
        let answer = try Program.run(
            ["doctor"], environment: ["CAMBIUM_CLIP_VOCABULARY": "/nowhere/vocabulary.txt"])
        #expect(answer.status == 0)
        #expect(answer.stdout.contains("missing: CLIP's vocabulary"))
        #expect(answer.stdout.contains("make setup"))
    }
}
