import Glibc

/// What the machine offers, as the kernel tells it.
public enum Machine {
    /// The distribution and the kernel: `Debian GNU/Linux 12 (bookworm), Linux 6.1.0`.
    public static var system: String {
        let release = text("/etc/os-release").split(separator: "\n")
            .first { $0.hasPrefix("PRETTY_NAME=") }?
            .dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" }
        return [release, kernel].compactMap(\.self).joined(separator: ", ")
    }

    private static var kernel: String? {
        var names = utsname()
        guard uname(&names) == 0 else { return nil }
        let release = withUnsafeBytes(of: names.release) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return "Linux \(release)"
    }

    /// The processor's own name, nil where the kernel does not give one.
    public static var processor: String? { cpuField("model name") }

    /// The vector extensions that decide how fast libtorch is here, by the kernel's names.
    public static var vectorExtensions: [String] {
        let flags = Set((cpuField("flags") ?? "").split(separator: " ").map(String.init))
        return [
            "avx", "avx2", "fma", "f16c", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16",
        ].filter(flags.contains)
    }

    private static func cpuField(_ name: String) -> String? {
        for line in text("/proc/cpuinfo").split(separator: "\n") where line.hasPrefix(name) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            return String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        return nil
    }

    /// Cores that this process may use: its affinity, and the share that a container is given.
    public static var cores: Double {
        let mask = text("/proc/self/status").split(separator: "\n")
            .first { $0.hasPrefix("Cpus_allowed:") }
        // Hexadecimal digits in groups with commas between them.
        let allowed = (mask?.dropFirst("Cpus_allowed:".count) ?? "")
            .reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
        let share = text("/sys/fs/cgroup/cpu.max").split(whereSeparator: \.isWhitespace)
            .compactMap { Double($0) }
        guard share.count == 2, share[1] > 0 else { return Double(max(1, allowed)) }
        return min(Double(max(1, allowed)), share[0] / share[1])
    }

    /// Bytes of memory: what the machine has, what can be had now, and what a container is held
    /// to (nil when it is not).
    public static var memory: (total: Int, available: Int, limit: Int?) {
        let lines = text("/proc/meminfo").split(separator: "\n")
        func bytes(_ name: String) -> Int {
            let line = lines.first { $0.hasPrefix(name) } ?? ""
            return (Int(line.filter { $0.isASCII && $0.isNumber }) ?? 0) * 1024
        }
        let limit = Int(text("/sys/fs/cgroup/memory.max").filter { !$0.isWhitespace })
        return (bytes("MemTotal:"), bytes("MemAvailable:"), limit)
    }

    /// Whether the loader finds a shared library.
    public static func hasLibrary(_ name: String) -> Bool {
        guard let handle = dlopen(name, RTLD_LAZY | RTLD_LOCAL) else { return false }
        dlclose(handle)
        return true
    }

    /// Bytes that the user may still write below a path, nil when it cannot be told.
    public static func freeDisk(_ path: String) -> Int? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        let (bytes, overflow) = UInt(status.f_bavail)
            .multipliedReportingOverflow(by: UInt(status.f_frsize))
        return overflow ? nil : Int(clamping: bytes)
    }

    /// A file of the kernel's: these have no size, so they are read until they end.
    static func text(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < 1 << 24 {
            let count = read(descriptor, &block, block.count)
            guard count > 0 else { break }
            bytes += block[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
