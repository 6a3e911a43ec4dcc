internal import Glibc

/// This machine's addresses, as numbers in text.
enum NetworkAddress {
    /// The address that packets to a host leave from, nil when the host is not known. Nothing is
    /// sent.
    static func own(towards host: String, port: Int) -> String? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &found) == 0, let first = found else {
            return nil
        }
        defer { freeaddrinfo(first) }
        var next = found
        while let info = next?.pointee {
            if let address = source(info) { return address }
            next = info.ai_next
        }
        return nil
    }

    /// Why nobody takes a connection to a port of a host, nil where somebody does. Waits for an
    /// answer no longer than `seconds`.
    static func refusal(by host: String, port: Int, within seconds: Double) -> String? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, "\(port)", &hints, &found)
        guard code == 0, let first = found else { return String(cString: gai_strerror(code)) }
        defer { freeaddrinfo(first) }
        var reason = "no address"
        var next = found
        while let info = next?.pointee {
            let descriptor = socket(info.ai_family, info.ai_socktype, 0)
            defer { close(descriptor) }
            // For connect as well.
            var limit = timeval(
                tv_sec: Int(seconds), tv_usec: Int(seconds.truncatingRemainder(dividingBy: 1) * 1e6)
            )
            setsockopt(
                descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit,
                socklen_t(MemoryLayout<timeval>.size))
            if connect(descriptor, info.ai_addr, info.ai_addrlen) == 0 { return nil }
            reason = String(cString: strerror(errno == EINPROGRESS ? ETIMEDOUT : errno))
            next = info.ai_next
        }
        return reason
    }

    /// The first address of a network interface, IPv4 before IPv6.
    static func of(interface name: String) -> String? {
        var found: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&found) == 0 else { return nil }
        defer { freeifaddrs(found) }
        for family in [AF_INET, AF_INET6] {
            var next = found
            while let entry = next?.pointee {
                if let address = entry.ifa_addr, Int32(address.pointee.sa_family) == family,
                    String(cString: entry.ifa_name) == name
                {
                    return text(address)
                }
                next = entry.ifa_next
            }
        }
        return nil
    }

    /// Whether only this machine can be reached under an address.
    static func isLoopback(_ address: String) -> Bool {
        address == "localhost" || address == "::1" || address.hasPrefix("127.")
    }

    private static func source(_ info: addrinfo) -> String? {
        let descriptor = socket(info.ai_family, info.ai_socktype, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard connect(descriptor, info.ai_addr, info.ai_addrlen) == 0 else { return nil }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &length) == 0 ? text($0) : nil
            }
        }
    }

    private static func text(_ address: UnsafePointer<sockaddr>) -> String? {
        let isShort = Int32(address.pointee.sa_family) == AF_INET
        let size = isShort ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard
            getnameinfo(
                address, socklen_t(size), &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) == 0
        else { return nil }
        return name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
    }
}
