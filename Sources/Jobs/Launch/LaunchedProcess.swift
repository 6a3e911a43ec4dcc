internal import CambiumFiles
internal import Glibc

/// One rank's process: its standard error as whole lines, and how it ended.
final class LaunchedProcess {
    let rank: Int
    private(set) var end: ProcessEnd?
    private var process: pid_t = 0
    /// Where its standard error can be read; -1 for rank 0, whose output is this process's own.
    private(set) var output: Int32 = -1
    private var partial: [UInt8] = []

    /// Starts a program.
    init(
        _ program: Executable, rank: Int, arguments: [String], environment: [String: String]
    ) throws {
        self.rank = rank
        var ends: [Int32] = [-1, -1]
        guard rank == 0 || pipe(&ends) == 0 else {
            throw Self.failure("pipe", program, errno)
        }
        output = ends[0]
        defer { if ends[1] >= 0 { close(ends[1]) } }
        for end in ends where end >= 0 { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        if output >= 0 { _ = fcntl(output, F_SETFL, O_NONBLOCK) }
        process = try Self.spawn(program, arguments, environment, errors: ends[1])
    }

    deinit { if output >= 0 { close(output) } }

    func send(_ signal: Int32) { if end == nil { kill(process, signal) } }

    /// Asks whether it has ended.
    func look() {
        var status: Int32 = 0
        guard end == nil, waitpid(process, &status, WNOHANG) == process else { return }
        end = ProcessEnd(status)
    }

    /// The lines that it wrote since, with the last one when it has ended.
    func lines() -> [String] {
        guard output >= 0 else { return [] }
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(output, &block, block.count)
            guard count > 0 else { break }
            partial += block[..<count]
        }
        var parts = partial.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // An endless line comes in pieces.
        let isKept = end == nil && (parts.last?.count ?? 0) < 1 << 16
        partial = isKept ? Array(parts.removeLast()) : []
        return parts.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func spawn(
        _ program: Executable, _ arguments: [String], _ environment: [String: String],
        errors: Int32
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        if errors >= 0 {
            posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
            posix_spawn_file_actions_adddup2(&actions, errors, 2)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own: an interruption from the keyboard comes once, from the launcher.
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var process: pid_t = 0
        let variables = environment.map { "\($0)=\($1)" }
        let code = withCStrings([program.name] + arguments) { arguments in
            withCStrings(variables) { variables in
                posix_spawn(
                    &process, program.path, &actions, &attributes, arguments, variables)
            }
        }
        guard code == 0 else { throw failure("start", program, code) }
        return process
    }

    private static func failure(
        _ operation: String, _ program: Executable, _ code: Int32
    ) -> FileError {
        .refused(operation: operation, path: program.path, reason: String(cString: strerror(code)))
    }

    /// Calls `body` with the strings as C's programs take them, null at the end.
    static func withCStrings<Value>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
    ) -> Value {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
