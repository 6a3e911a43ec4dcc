internal import CCambiumProcess
internal import CambiumFiles
internal import CambiumJobs
internal import CambiumServing
internal import CambiumTorch
internal import Foundation
internal import Glibc
internal import Synchronization

/// One run of `cambium serve`, until a signal ends it.
struct ServeJob {
    let settings: ServiceSettings
    let log: Log
    /// A file, `-` or `none`.
    let access: String

    /// The models of the command line, bundles first.
    static func sources(bundles: [String], encoders: [String]) throws -> [ModelSource] {
        do {
            let models =
                try bundles.map { try ModelSource(argument: $0, kind: .bundle) }
                + encoders.map { try ModelSource(argument: $0, kind: .encoder) }
            // Folders, or bundles in one tar.
            for model in models { try Paths.requireInput(model.path) }
            return models
        } catch let error as ServingError {
            throw UsageError(error.description)
        }
    }

    /// libtorch's threads otherwise spin for milliseconds while they wait for work, on the cores
    /// that decode and answer: beside other work that makes a batch several times slower. Without
    /// any spinning a lone small image takes three times as long. So they spin for some
    /// turns, then sleep. Must come before libtorch is opened; what the user has set stays.
    static func shareCores() {
        guard getenv("OMP_WAIT_POLICY") == nil, getenv("GOMP_SPINCOUNT") == nil else { return }
        setenv("GOMP_SPINCOUNT", "10000", 1)
    }

    static func device(_ name: String) throws -> Device { try Arguments.device(name) }

    func run() throws {
        Interruption.beGraceful(saying: "letting the requests under way end; once more to stop now")
        Hangups.install()
        let accessLog = try AccessLogFile(access)
        let result = Mutex<Result<Void, any Error>?>(nil)
        let end = DispatchSemaphore(value: 0)
        Task {
            do {
                try await serve(accessLog)
                result.withLock { $0 = .success(()) }
            } catch {
                result.withLock { $0 = .failure(error) }
            }
            end.signal()
        }
        end.wait()
        try Arguments.checked { try result.withLock { $0 }?.get() }
    }

    private func serve(_ accessLog: AccessLogFile) async throws {
        let log = log
        let service: Service
        do {
            service = try await Service(settings) { event in
                switch event {
                case .access(let members): accessLog.write(members)
                case .note(let text): log.note(text)
                case .failure(let text): log.warning(text)
                }
            }
        } catch let error as ServingError {
            throw UsageError(error.description)
        }
        let watch = Task {
            var hangups = 0
            while Interruption.request == nil {
                try await Task.sleep(for: .milliseconds(50))
                if Hangups.count > hangups {
                    hangups = Hangups.count
                    await service.reload()
                }
            }
            await service.stop()
        }
        defer { watch.cancel() }
        try await service.run { address in
            print(address)
            fflush(nil)
        }
    }
}

/// SIGHUP asks for a reload, as often as it comes.
enum Hangups {
    /// How many have come.
    static var count: Int { Int(cs_signal_count(SIGHUP)) }

    static func install() { cs_count_signal(SIGHUP, 1) }
}

/// Where a line a request goes.
final class AccessLogFile: Sendable {
    private let descriptor: Int32?

    /// A file that is appended to, `-` for standard error, or `none`.
    init(_ path: String) throws {
        switch path {
        case "none": descriptor = nil
        case "-": descriptor = STDERR_FILENO
        default:
            let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
            guard file >= 0 else {
                throw UsageError(
                    "\(path): cannot write the access log: \(String(cString: strerror(errno)))")
            }
            descriptor = file
        }
    }

    /// One line, at one go, so that lines of several threads stay whole.
    func write(_ members: [String: JSON]) {
        guard let descriptor else { return }
        var members = members
        members["time"] = .string(Date.now.formatted(.iso8601))
        let line = Array((JSON.object(members).line + "\n").utf8)
        _ = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
