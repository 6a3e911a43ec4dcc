internal import Glibc

/// A port of this machine that the kernel gives to nobody else while this value lives. Nobody
/// listens on it, until somebody does who is told its number and, as servers do, asks to share
/// addresses (`SO_REUSEADDR`).
public final class ReservedPort: Sendable {
    /// Its number.
    public let number: Int
    private let descriptor: Int32

    /// Takes a port that is free.
    public init() throws(RankError) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var (address, shares) = (sockaddr_in(), Int32(1))
        address.sin_family = sa_family_t(AF_INET)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &shares, socklen_t(MemoryLayout<Int32>.size))
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        self.descriptor = descriptor
        number = Int(UInt16(bigEndian: address.sin_port))
        guard isBound else {
            throw .meeting(
                place: "this machine", reason: "no free port: \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }
}
