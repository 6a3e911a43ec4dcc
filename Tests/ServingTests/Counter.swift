import CambiumCorpus
import CambiumEncoders
import CambiumFiles
import CambiumImaging
import CambiumPackaging
import CambiumServing
import CambiumTestFolders
import CambiumTorch
import Foundation

/// A folder with a bundle of the small release, and services of it.
final class Counter: Sendable {
    let folder: TemporaryFolder
    let release =
        Repository.fixture("EncodersTests", "mi2-mini")

    init() throws {
        folder = try TemporaryFolder()
        try pack(["x-ray chest", "mri brain", "Läsion"])
    }

    var bundle: String { "\(folder.path)/bundle" }

    /// Writes the bundle, in the place of an earlier one.
    func pack(_ labels: [String], isMultiLabel: Bool = false) throws {
        try FileSystem.remove(bundle)
        var options = BundleOptions()
        options.isMultiLabel = isMultiLabel
        try BundleWriter(
            ModelFolder(release), labels: LabelFile(texts: labels), adapter: nil, template: "{}",
            options: options
        ).write(to: bundle)
    }

    func base64(_ image: String = "photo.jpg") throws -> String {
        Data(try FileSystem.read("\(release)/images/\(image)")).base64EncodedString()
    }

    /// The document's request.
    func request(
        _ rows: [[String]], columns: [String] = ["image", "text"], params: JSON = [:]
    ) -> String {
        let table: JSON = [
            "columns": .array(columns.map(JSON.string)),
            "index": .array(rows.indices.map(JSON.integer)),
            "data": .array(rows.map { .array($0.map(JSON.string)) }),
        ]
        return (["input_data": table, "params": params] as JSON).line
    }

    /// Serves the bundle and the plain encoder while `body` runs.
    func serving<Value: Sendable>(
        _ change: (inout ServiceSettings) throws -> Void = { _ in },
        log: @escaping ServiceLog = { _ in },
        _ body: @escaping @Sendable (Caller, Service) async throws -> Value
    ) async throws -> Value {
        var settings = ServiceSettings(models: [
            try ModelSource(argument: bundle, kind: .bundle),
            try ModelSource(argument: "plain=\(release)", kind: .encoder),
        ])
        settings.port = 0
        settings.times.notice = .zero
        // A machine that does other things too is no reason to give up.
        settings.times.deadline = .seconds(300)
        settings.times.body = .seconds(300)
        try change(&settings)
        let service = try await Service(settings, log: log)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            let (addresses, ready) = AsyncStream.makeStream(of: String.self)
            group.addTask {
                defer { ready.finish() }
                try await service.run { ready.yield($0) }
            }
            for await address in addresses {
                let port = Int(address.split(separator: ":").last ?? "") ?? 0
                let result: Result<Value, any Error>
                do {
                    result = .success(try await body(Caller(port: port), service))
                } catch { result = .failure(error) }
                await service.stop()
                try await group.waitForAll()
                return try result.get()
            }
            try await group.waitForAll()
            throw Caller.Failure()
        }
    }
}

/// What a service said.
final class Ear: Sendable {
    private let events = Lock<[String]>([])

    var lines: [String] { events.withLock { $0 } }

    func hear(_ event: ServiceEvent) {
        let line =
            switch event {
            case .access(let members): JSON.object(members).line
            case .note(let text): text
            case .failure(let text): "failure: \(text)"
            }
        events.withLock { $0.append(line) }
    }
}
