internal import CambiumFiles
internal import Glibc

/// A thread that nobody waits for.
enum DetachedThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    static func start(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(Body(body)).toOpaque()
        let code = pthread_create(
            &thread, nil,
            { argument in
                argument.map { Unmanaged<Body>.fromOpaque($0).takeRetainedValue().run() }
                return nil
            }, argument)
        // Only a machine without room for a thread refuses one.
        precondition(code == 0, "no thread can be started: \(String(cString: strerror(code)))")
        pthread_detach(thread)
    }

    private final class Answer<Value: Sendable>: Sendable {
        let value = Lock<Result<Value, any Error>?>(nil)
    }

    /// What `body` gives on a thread of its own; nil after `seconds`, when the thread stays behind.
    static func result<Value: Sendable>(
        within seconds: Double, _ body: @escaping @Sendable () throws -> Value
    ) throws -> Value? {
        let answer = Answer<Value>()
        start {
            let result = Result { try body() }
            answer.value.withLock { $0 = result }
        }
        let last = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < last {
            if let result = answer.value.withLock({ $0 }) { return try result.get() }
            usleep(1000)
        }
        return nil
    }
}
