internal import Glibc

/// How libtorch's threads wait for work.
enum WaitingThreads {
    /// They otherwise spin for milliseconds, on cores that decode, answer, or belong to others:
    /// beside other work that makes training and batches several times slower. Without any spinning
    /// a lone small image takes three times as long. So they spin for some turns, then sleep.
    ///
    /// Must come before libtorch is opened; what the user has set stays.
    static func sleepSoon() {
        guard getenv("OMP_WAIT_POLICY") == nil, getenv("GOMP_SPINCOUNT") == nil else { return }
        setenv("GOMP_SPINCOUNT", "10000", 1)
    }
}
