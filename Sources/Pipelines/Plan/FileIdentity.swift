internal import Glibc

/// What the file system tells of a file without reading it. Nobody can set the time of the last
/// change of a file's own record, so equal identities mean equal bytes.
struct FileIdentity: Hashable {
    let device: UInt64
    let number: UInt64
    let size: Int64
    /// Nanoseconds since 1970.
    let modified: Int64
    let changed: Int64

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = Self.nanoseconds(status.st_mtim)
        changed = Self.nanoseconds(status.st_ctim)
    }

    init(_ words: [UInt64]) {
        (device, number, size) = (words[0], words[1], Int64(bitPattern: words[2]))
        (modified, changed) = (Int64(bitPattern: words[3]), Int64(bitPattern: words[4]))
    }

    var words: [UInt64] {
        [
            device, number, UInt64(bitPattern: size), UInt64(bitPattern: modified),
            UInt64(bitPattern: changed),
        ]
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// The time now, in the clock that file systems use.
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return nanoseconds(time)
    }
}
