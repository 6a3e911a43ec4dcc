import CambiumEvaluation
import CambiumFiles
import CambiumPackaging
import CambiumServing
import CambiumTestFolders
import Foundation
import Testing

/// Known images near a picture.
@Suite struct ExamplesTests {
    private static let names = ["exact.png", "grey.png", "photo.jpg", "square.png", "wide.png"]
    private let counter: Counter

    init() throws { counter = try Counter() }

    /// Embeddings and table of the small release's pictures, by its bundle, under a name.
    private func examples(_ name: String, _ pictures: [String]) throws -> ExampleSource {
        let engine = try Engine(ModelBundle(counter.bundle))
        let images = try pictures.map {
            try FileSystem.read("\(counter.release)/images/\($0)")
        }
        let table = "\(counter.folder.path)/\(name).npy"
        try EmbeddingTable.write(
            vectors: engine.embed(images.map { try engine.prepare($0) }), keys: pictures,
            classes: pictures.map { _ in nil }, to: table)
        let lines = zip(pictures, images).map { "\($0)\t\(Data($1).base64EncodedString())\n" }
        return ExampleSource(
            embeddings: table,
            images: try counter.folder.write(lines.joined(), to: "\(name)_images.tsv"))
    }

    private func nearest(_ answer: Caller.Answer) -> [JSON] {
        answer.json["neighbors"]?.array?.first?.array ?? []
    }

    @Test func `each model has its own, nearest first, with their images`() async throws {
        let first = try examples("first", Self.names)
        let second = try examples("second", Array(Self.names.prefix(2)))
        let body = counter.request(
            [[try counter.base64(), ""]], params: ["neighbors": 3, "get_scaling_factor": false])
        let (models, own, other, image, missing) = try await counter.serving {
            $0.examples = ["bundle": first, "plain": second]
        } _: { caller, _ in
            let own = try await caller.call("/score", body)
            let path = own.json["neighbors"]?.array?.first?.array?.first?["image"]?.string
            return (
                try await caller.call("/v1/models"), own,
                try await caller.call("/v1/models/plain/score", body),
                try await caller.call(path ?? "/none"),
                try await caller.call("/v1/models/plain/examples/2")
            )
        }
        #expect(models.json["data"]?.array?.map { $0["examples"] } == [5, 2])
        #expect(nearest(own).count == 3 && nearest(own)[0]["key"] == "photo.jpg")
        let similarities = nearest(own).compactMap { $0["similarity"]?.number }
        #expect(similarities == similarities.sorted(by: >) && abs(similarities[0] - 1) < 1e-6)
        let file = try FileSystem.read("\(counter.release)/images/photo.jpg")
        #expect(image.status == 200 && image.body == file)
        #expect(
            nearest(other).compactMap { $0["key"]?.string }.sorted() == ["exact.png", "grey.png"])
        #expect(nearest(other)[0]["image"]?.string?.hasPrefix("/v1/models/plain/examples/") == true)
        #expect(missing.status == 404)
    }

    @Test func `another version of the model does without the old one's`() async throws {
        let source = try examples("first", Self.names)
        let body = counter.request(
            [[try counter.base64(), ""]], params: ["neighbors": 1, "get_scaling_factor": false])
        let (counter, ear) = (counter, Ear())
        let (same, other) = try await counter.serving {
            $0.examples = ["bundle": source]
        } log: {
            ear.hear($0)
        } _: { caller, service in
            await service.reload()
            let same = try await caller.call("/score", body)
            try counter.pack(["one", "two"])
            await service.reload()
            return (same, try await caller.call("/score", body))
        }
        #expect(nearest(same).count == 1)
        #expect(other.status == 400 && other.json["error"]?["where"] == "params.neighbors")
        #expect(ear.lines.contains { $0.contains("embedded by the version before") })
    }

    @Test func `examples of another width are refused at the start`() async throws {
        let table = "\(counter.folder.path)/narrow.npy"
        try EmbeddingTable.write(
            vectors: [1, 0, 0, 1], keys: ["a", "b"], classes: [nil, nil], to: table)
        await #expect(throws: ServingError.self) {
            try await counter.serving {
                $0.examples = ["plain": ExampleSource(embeddings: table)]
            } _: { _, _ in
            }
        }
    }
}
