internal import CambiumJobs
internal import Glibc

/// A stage of `cambium run` that is another program: this program becomes it, after it has asked
/// the kernel to end with the run.
enum StageProgram {
    static func become() {
        guard let value = getenv(StageProcess.programVariable) else { return }
        let path = String(cString: value)
        // What the program starts is its own business.
        unsetenv(StageProcess.programVariable)
        unsetenv(Launcher.variable)
        execv(path, CommandLine.unsafeArgv)
        Terminal.error("cambium: error: \(path): \(String(cString: strerror(errno)))")
        _exit(127)
    }
}
