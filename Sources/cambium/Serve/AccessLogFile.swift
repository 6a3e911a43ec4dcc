internal import CambiumFiles
internal import CambiumJobs
internal import Foundation
internal import Glibc

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
