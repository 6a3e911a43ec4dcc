import CambiumEvaluation
import CambiumFiles
import CambiumImaging
import CambiumJobs
import CambiumTestFolders
import Testing

/// Embeddings as a library's caller makes them.
@Suite struct EmbeddingJobTests {
    private let folder: TemporaryFolder
    private let listener = Listener()
    private let release = Repository.fixture("EncodersTests", "mi2-mini")

    init() throws { folder = try TemporaryFolder() }

    private func job(_ model: String, _ name: String) -> EmbeddingJob {
        var job = EmbeddingJob(
            model: model, out: "\(folder.path)/\(name).npy", log: Log(to: listener))
        (job.device, job.batchSize, job.workers) = ("cpu", 2, 1)
        return job
    }

    @Test func `images of a folder`() throws {
        let job = job("\(release)/2024.09.27", "images")
        let count = try job.run(.images(["\(release)/images"]))
        let table = try EmbeddingTable(job.out)
        #expect(table.rows == count && count > 3)
        let first = try table.vectors().prefix(table.dimension).reduce(0) { $0 + $1 * $1 }
        #expect(abs(first - 1) < 1e-5)
        #expect(listener.heard.contains("embed 0 of \(count) images"))
        #expect(listener.heard.last == "end")
    }

    @Test func `lines of a file`() throws {
        let job = job("\(release)/2024.09.27", "texts")
        let path = try folder.write("chest x-ray\r\nbrain mri\n", to: "texts.txt")
        #expect(try job.run(.texts(path)) == 2)
        #expect(try EmbeddingTable(job.out).keys == ["chest x-ray", "brain mri"])
    }

    @Test func `pixels themselves`() throws {
        let job = job("raw-pixels:4", "pixels")
        try job.run(.images(["\(release)/images/square.png"]))
        #expect(try EmbeddingTable(job.out).dimension == 48)
    }

    @Test func `what cannot be embedded is refused`() throws {
        let empty = try folder.write("", to: "empty.txt")
        #expect(throws: UsageError.self) { try job("raw-pixels:0", "a").run(.images([release])) }
        #expect(throws: UsageError.self) { try job("nowhere", "b").run(.texts(empty)) }
        #expect(try FileSystem.names(in: folder.path) == ["empty.txt"])
    }

    @Test func `what is asked of reading goes before what is known`() {
        var choice = ReadingChoice()
        #expect(choice.reading(elseOf: nil) == nil)
        let known = ImageReading(exifOrientation: true, intensity: .full)
        #expect(choice.reading(elseOf: known) == known)
        choice.intensity = .auto
        #expect(
            choice.reading(elseOf: known) == ImageReading(exifOrientation: true, intensity: .auto))
        #expect(choice.reading(elseOf: nil) == ImageReading(intensity: .auto))
    }
}
