import CambiumCorpus
import CambiumFiles
import CambiumJobs
import CambiumTestFolders
import Testing

@Suite struct InspectJobTests {
    private let folder: TemporaryFolder
    private let listener = Listener()
    private let release = Repository.fixture("EncodersTests", "mi2-mini")

    init() throws { folder = try TemporaryFolder() }

    @Test func `what a path holds is told for people and for programs`() throws {
        let inspection = try InspectJob(path: "\(release)/images/square.png")
            .run(log: Log(to: listener))
        #expect(inspection.kind == "image (PNG)")
        #expect(inspection.text.hasPrefix("square.png: image (PNG)\nwidth"))
        #expect(inspection.json["kind"] == "image (PNG)" && inspection.json["width"] != nil)
        #expect(try InspectJob(path: release).run().kind == "model folder")
        #expect(listener.heard.isEmpty)
    }

    @Test func `tensors are listed where they are asked for`() throws {
        let weights = "\(release)/2024.09.27/vision_model/medimageinsigt-v1.0.0.pt"
        var job = InspectJob(path: weights)
        #expect(try job.run().json["tensors"]?.object == nil)
        job.listsTensors = true
        let inspection = try job.run()
        let tensors = try #require(inspection.json["tensors"]?.object)
        #expect(tensors.count > 10 && inspection.text.split(separator: "\n").count > tensors.count)
    }

    @Test func `a page is for data sets, and replaces nothing`() throws {
        var preparation = PrepareOptions(folder: try pictures(), out: "\(folder.path)/data")
        (preparation.size, preparation.duplicates) = (16, .report)
        try PrepareJob(preparation).run()
        var job = InspectJob(path: preparation.out)
        (job.page, job.workers) = ("\(folder.path)/page.html", 1)
        #expect(try job.run(log: Log(to: listener)).kind == "data set")
        #expect(try FileSystem.readText("\(folder.path)/page.html").contains("<h2>Gallery</h2>"))
        #expect(listener.heard.last == "end")
        #expect(throws: UsageError.self) { try job.run() }
        (job.path, job.page) = (release, "\(folder.path)/other.html")
        #expect(throws: UsageError.self) { try job.run() }
    }

    private func pictures() throws -> String {
        for (label, name) in [
            ("a", "grey.png"), ("a", "square.png"), ("a", "wide.png"), ("b", "photo.jpg"),
            ("b", "small.png"), ("b", "exact.png"),
        ] {
            try folder.write(
                FileSystem.read("\(release)/images/\(name)"), to: "pictures/\(label)/\(name)")
        }
        return "\(folder.path)/pictures"
    }
}
