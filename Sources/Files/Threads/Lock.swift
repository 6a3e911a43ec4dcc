#if THREAD_SANITIZER
    internal import Glibc
#else
    internal import Synchronization
#endif

/// A value that one thread at a time gets at: the standard library's `Mutex`, and a POSIX mutex in
/// builds for ThreadSanitizer, which takes what a `Mutex` guards for a race.
package final class Lock<Value>: @unchecked Sendable {
    #if THREAD_SANITIZER
        // Touched between lock and unlock alone.
        private var value: Value
        private let mutex: UnsafeMutablePointer<pthread_mutex_t>

        /// A value to guard.
        package init(_ value: sending Value) {
            self.value = value
            mutex = .allocate(capacity: 1)
            pthread_mutex_init(mutex, nil)
        }

        deinit {
            pthread_mutex_destroy(mutex)
            mutex.deallocate()
        }

        /// Calls `body` with the value while no other thread has it.
        package func withLock<Result, Failure: Error>(
            _ body: (inout Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            return try body(&value)
        }
    #else
        private let mutex: Mutex<Value>

        /// A value to guard.
        package init(_ value: sending Value) { mutex = Mutex(value) }

        /// Calls `body` with the value while no other thread has it.
        package func withLock<Result, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            try mutex.withLock(body)
        }
    #endif
}
