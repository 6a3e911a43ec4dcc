import CambiumFiles
import CambiumJobs
import CambiumPackaging
import CambiumTestFolders
import Foundation
import Testing

/// A bundle that is packaged, verified and asked, without the program.
@Suite struct BundleJobsTests {
    private let folder: TemporaryFolder
    private let listener = Listener()
    private let release = Repository.fixture("EncodersTests", "mi2-mini")
    private let bundle: String

    init() throws {
        folder = try TemporaryFolder()
        bundle = "\(folder.path)/bundle"
        let labels = try folder.write("heart\nläsion b\n", to: "labels.txt")
        let job = PackageJob(PackageOptions(model: release, labels: labels, out: bundle))
        let manifest = try job.run(log: Log(to: listener))
        #expect(manifest.labels.map(\.name) == ["heart", "läsion b"])
    }

    private var picture: String { "\(release)/images/square.png" }

    @Test func `a bundle is made once, and computes what it says`() throws {
        #expect(listener.heard.count == 1)
        #expect(listener.heard.first?.hasPrefix("note zero-shot bundle, 2 classes, ") == true)
        #expect(try VerifyJob(bundle: bundle).run().isPassed)
        let again = PackageJob(
            PackageOptions(model: release, labels: "\(folder.path)/labels.txt", out: bundle))
        #expect(throws: UsageError.self) { try again.run() }
        #expect(throws: UsageError.self) { try VerifyJob(bundle: release).run() }
    }

    @Test func `images are answered, and what is none is named`() throws {
        var options = PredictionOptions(bundle: bundle)
        (options.device, options.top) = ("cpu", 1)
        let text = try folder.write("no image", to: "text.png")
        let result = try PredictionRun(options).predict(
            [picture, text], log: Log(to: listener))
        #expect(result.rows.map(\.image) == [picture] && result.failed == 1)
        #expect(result.rows.first?.predictions.count == 1)
        #expect(listener.heard.last?.hasPrefix("warning \(text)") == true)
        #expect(try JSON(parsing: result.json).array?.count == 1)
        #expect(result.text.hasPrefix("\(picture)\n"))
    }

    @Test func `a stream answers line by line`() throws {
        let image = Data(try FileSystem.read(picture)).base64EncodedString()
        let lines =
            "{\"id\": 1, \"images\": [\"\(image)\", \"?\"]}\n\nnothing\n{\"texts\": [\"a\"]}"
        let requests = try FileHandle(
            forReadingFrom: URL(filePath: folder.write(lines, to: "requests")))
        var answers: [JSON] = []
        try PredictionStream(bundle: bundle, device: "cpu")
            .run(from: requests.fileDescriptor) { answers.append(try JSON(parsing: $0)) }
        #expect(answers.count == 4)
        #expect(answers[0]["protocol"] == 1 && answers[0]["labels"]?.array?.count == 2)
        #expect(answers[1]["id"] == 1)
        #expect(answers[1]["images"]?.array?.map { $0["error"] } == [nil, "is no base64"])
        #expect(answers[2]["error"]?.string?.hasPrefix("no JSON") == true)
        #expect(answers[3]["texts"]?.array?.count == 1)
    }

    @Test func `whoever is gone ends the stream`() throws {
        struct Gone: Error {}
        let requests = try FileHandle(
            forReadingFrom: URL(filePath: folder.write("{}\n", to: "requests")))
        #expect(throws: Gone.self) {
            try PredictionStream(bundle: bundle, device: "cpu")
                .run(from: requests.fileDescriptor) { _ in throw Gone() }
        }
    }
}
