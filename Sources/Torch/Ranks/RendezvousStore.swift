internal import CCambiumTorch

/// The table where the processes of a run meet and leave notes for each other: libtorch's
/// TCPStore. One process serves it, all connect; any thread may use it.
public final class RendezvousStore: @unchecked Sendable {
    // @unchecked: libtorch's client takes a lock for every request.
    let handle: CTStore

    /// Connects, and waits until all processes have.
    /// - Parameters:
    ///   - host: where the serving process listens.
    ///   - port: its port there.
    ///   - serves: whether this process is the one.
    ///   - processes: how many will connect; 0 waits for nobody.
    ///   - timeout: milliseconds to wait for them, and for any answer.
    public init(
        host: String, port: Int, serves: Bool, processes: Int, timeout: Int
    ) throws(TorchError) {
        var result: CTStore?
        let status = ct_store_open(
            host, Int32(port), serves, Int32(processes), Int64(timeout), &result)
        try check(status, "TCPStore", "\(host):\(port), \(processes) processes")
        guard let result else {
            throw .operation(name: "TCPStore", arguments: "", message: "no store came back")
        }
        handle = result
    }

    private init(owning handle: CTStore) { self.handle = handle }

    deinit { ct_store_close(handle) }

    /// The same table, seen through keys that all begin with a prefix and a slash.
    public func under(_ prefix: String) throws(TorchError) -> RendezvousStore {
        var result: CTStore?
        try check(ct_store_under(handle, prefix, &result), "PrefixStore", prefix)
        guard let result else {
            throw .operation(name: "PrefixStore", arguments: prefix, message: "no store came back")
        }
        return RendezvousStore(owning: result)
    }

    /// Leaves a note.
    public func set(_ key: String, _ value: String) throws(TorchError) {
        try check(ct_store_set(handle, key, value), "TCPStore.set", key)
    }

    /// The note under a key, nil when there is none yet.
    public func value(_ key: String) throws(TorchError) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        try check(ct_store_get(handle, key, &text), "TCPStore.get", key)
        guard let text else { return nil }
        defer { ct_free_text(text) }
        return String(cString: text)
    }

    /// The notes under `prefix` followed by 0, 1 ... `count - 1`, in one request, which waits until
    /// all are there.
    public func values(_ prefix: String, count: Int) throws(TorchError) -> [String] {
        var texts = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
        defer { for text in texts { ct_free_text(text) } }
        try check(
            ct_store_numbered(handle, prefix, Int32(count), &texts), "TCPStore.multiGet", prefix)
        return texts.map { $0.map { String(cString: $0) } ?? "" }
    }
}
