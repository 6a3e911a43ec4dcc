internal import ArgumentParser
internal import CambiumJobs

extension Arguments {
    /// Checks a number of decoding threads.
    static func requireWorkers(_ count: Int?) throws {
        guard (1...1024).contains(count ?? 1) else {
            throw ValidationError("--workers must be in 1...1024.")
        }
    }
}
