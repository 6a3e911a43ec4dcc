import CambiumAdapters
import CambiumCorpus
import CambiumEncoders
import CambiumFiles
import CambiumPackaging
import CambiumTestFolders
import CambiumTorch
import Foundation
import Testing

/// A folder for one test with what it takes to make bundles of the small release.
final class Workshop {
    let path: String
    let release =
        Repository.fixture("EncodersTests", "mi2-mini")
    let labels = LabelFile(texts: ["x-ray chest", "mri | brain", "Läsion"])
    let images = ["exact.png", "grey.png", "photo.jpg", "wide.png"]

    init() throws {
        path = "\(NSTemporaryDirectory())cambium-\(UUID().uuidString)"
        try FileSystem.makeFolder(path)
    }

    deinit { try? FileSystem.remove(path) }

    func model() throws -> ModelFolder { try ModelFolder(release) }

    func bytes(_ image: String) throws -> [UInt8] {
        try FileSystem.read("\(release)/images/\(image)")
    }

    /// An adapter for the labels on embeddings of `input` channels; gives its folder.
    func adapter(
        input: Int = 24, labels: [(id: Int, name: String)]? = nil, normalized: Bool = true,
        task: HeadConfiguration.Task = .single, name: String = "adapter"
    ) throws -> String {
        let labels = labels ?? self.labels.texts.enumerated().map { ($0 + 1, $1) }
        var configuration = HeadConfiguration(.mlpConv, input: input, classes: labels.count)
        (configuration.inner, configuration.hidden, configuration.task) = (8, 8, task)
        let head = try Head(configuration, from: RandomSource(seed: 7))
        try AdapterFolder.write(
            head, labels: labels, details: ["normalized": .bool(normalized)], to: "\(path)/\(name)")
        return "\(path)/\(name)"
    }

    /// Writes a bundle and gives its path.
    @discardableResult
    func bundle(
        adapter: String? = nil, template: String = "{}", options: BundleOptions = BundleOptions(),
        to name: String = "bundle"
    ) throws -> String {
        try BundleWriter(
            model(), labels: labels, adapter: adapter, template: template, options: options
        ).write(to: "\(path)/\(name)")
        return "\(path)/\(name)"
    }

    /// Every file below a folder.
    func files(in folder: String) throws -> [String] {
        try FileSystem.names(in: folder).flatMap { name in
            FileSystem.kind("\(folder)/\(name)") == .folder
                ? try files(in: "\(folder)/\(name)").map { "\(name)/\($0)" } : [name]
        }
    }
}

/// Checks that a bundle is refused in one line that mentions each text.
func expectRefused(
    _ path: String, _ mentions: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(sourceLocation: sourceLocation) {
        _ = try ModelBundle(path)
    } throws: { error in
        let text = "\(error)"
        return !text.contains("\n") && mentions.allSatisfy { text.contains($0) }
    }
}
