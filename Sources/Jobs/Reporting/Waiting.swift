internal import CambiumFiles
internal import Dispatch

/// Asynchronous work for jobs, which are not.
package enum Waiting {
    /// Does the work and waits for its end.
    package static func run<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let (end, outcome) = (DispatchSemaphore(value: 0), Outcome<Value>())
        Task.detached {
            let result: Result<Value, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            outcome.result.withLock { $0 = result }
            end.signal()
        }
        while true {
            end.wait()
            if let result = outcome.result.withLock({ $0 }) { return try result.get() }
        }
    }

    private final class Outcome<Value: Sendable>: Sendable {
        let result = Lock<Result<Value, any Error>?>(nil)
    }
}
