import CambiumFiles
import CambiumTestFolders
import Foundation
import Glibc

/// The built program, run as a user runs it: the one beside these tests in the same build folder.
enum Program {
    /// What one run gave.
    struct Result {
        /// The exit status; 128 and the signal's number when a signal ended it, as a shell says.
        let status: Int32
        let stdout: String
        let stderr: String

        /// The lines on standard error.
        var complaints: [Substring] { stderr.split(separator: "\n") }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// How long one run may take, on a machine that is busy with other tests.
    private static let patience = Duration.seconds(900)

    static var path: String { "\(FileSystem.programFolder)/cambium" }

    /// Runs the program and waits for its end.
    /// - Parameters:
    ///   - folder: the working folder; the tests' own when nil.
    ///   - environment: added to the tests' own.
    static func run(
        _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:]
    ) throws -> Result {
        guard FileSystem.kind(path) == .file else {
            throw Failure(description: "no program at \(path); build it first (make build)")
        }
        let command = [path] + arguments
        let start = folder.map { ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", $0] } ?? []
        return try collect(start + command, environment)
    }

    /// Runs the program and waits for its end.
    static func run(_ arguments: String...) throws -> Result { try run(arguments) }

    /// Runs a line of shell in which `"$0"` is the program.
    static func shell(_ line: String) throws -> Result {
        try collect(["/bin/sh", "-c", line, path], [:])
    }

    /// What a line ends with when the program ended before the line could interrupt it.
    static let late: Int32 = 99

    /// Runs a line that interrupts the program in the middle of its work, again when it was
    /// ``late``: how a machine divides its time between the two is not for a test to know. `reset`
    /// removes what the work has made.
    static func shell(_ line: String, again reset: () throws -> Void) throws -> Result {
        for _ in 0..<20 {
            let result = try shell(line)
            if result.status != late { return result }
            try reset()
        }
        throw Failure(description: "always ended before it was interrupted: \(line)")
    }

    /// A function for lines of shell: `rank N` gives the process of a rank that `$launcher` started.
    static let rankFunction = """
        rank() {
            for p in $(grep -ls "^PPid:[[:space:]]*$launcher$" /proc/[0-9]*/status | cut -d/ -f3)
            do
                tr '\\0' '\\n' 2>/dev/null < /proc/$p/environ | grep -qx "RANK=$1" && echo $p
            done
        }
        """

    private static func collect(
        _ command: [String], _ environment: [String: String]
    ) throws -> Result {
        let output = try TemporaryFolder()
        let (stdout, stderr) = ("\(output.path)/1", "\(output.path)/2")
        let status = try spawn(command, environment, stdout, stderr)
        return Result(
            status: status, stdout: try FileSystem.readText(stdout),
            stderr: try FileSystem.readText(stderr))
    }

    private static func spawn(
        _ command: [String], _ environment: [String: String],
        _ stdout: String, _ stderr: String
    ) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Files, not pipes: nothing can fill up while nobody reads.
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, stdout, flags, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, stderr, flags, 0o644)
        // As a shell starts it: tests run on threads that block signals, which is inherited.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        // A group of its own, so that all of it can be killed.
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        let variables = ProcessInfo.processInfo.environment
            .merging(environment) { $1 }.map { "\($0)=\($1)" }
        var process: pid_t = 0
        let code = withCStrings(command) { arguments in
            withCStrings(variables) { variables in
                posix_spawn(&process, command[0], &actions, &attributes, arguments, variables)
            }
        }
        guard code == 0 else {
            let reason = String(cString: strerror(code))
            throw Failure(description: "cannot start \(command[0]): \(reason)")
        }
        return try end(of: process, command)
    }

    /// Waits for the end of a process, which is killed with all that it started after
    /// ``patience``: a test that hangs has failed.
    private static func end(of process: pid_t, _ command: [String]) throws -> Int32 {
        let limit = ContinuousClock.now + patience
        var status: Int32 = 0
        while true {
            let ended = waitpid(process, &status, WNOHANG)
            guard ended == 0 || ended < 0 && errno == EINTR else {
                guard ended == process else {
                    throw Failure(description: "lost process \(process)")
                }
                let signal = status & 0x7F
                return signal == 0 ? status >> 8 & 0xFF : 128 + signal
            }
            if ContinuousClock.now > limit {
                kill(-process, SIGKILL)
                waitpid(process, &status, 0)
                throw Failure(
                    description: "hung for \(patience): \(command.joined(separator: " "))")
            }
            usleep(2000)
        }
    }

    private static func withCStrings<Value>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
    ) -> Value {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
