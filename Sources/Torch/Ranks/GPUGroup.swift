internal import CCambiumTorch

extension ProcessGroup {
    /// Learns on which devices the others compute, which have to be of one kind and, where they are
    /// GPUs, different ones. Every process calls it once.
    /// - Throws: ``RankError/devices(_:)``, ``TorchError``.
    public func agree(on device: Device) throws {
        var note = "\(device)"
        if case .cuda(let index) = device { note = "\(index) \(try CUDA.identity(of: index))" }
        try store.set("device/\(rank)", note)
        try Self.requireAgreement(store.values("device/", count: size))
    }

    /// Whether ranks that noted these devices can work together: a GPU's note is its number on its
    /// machine and what no other GPU has.
    package static func requireAgreement(_ notes: [String]) throws(RankError) {
        let isGPU = notes.map { $0.first?.isNumber == true }
        if let gpu = isGPU.firstIndex(of: true), let other = isGPU.firstIndex(of: false) {
            throw .devices(
                "rank \(gpu) computes on a GPU and rank \(other) on \(notes[other]); name one kind "
                    + "of device for all")
        }
        guard isGPU.contains(true) else { return }
        var first: [Substring: Int] = [:]
        for (rank, note) in notes.enumerated() {
            let parts = note.split(separator: " ")
            if let earlier = first.updateValue(rank, forKey: parts.last ?? "") {
                throw .devices(
                    "ranks \(earlier) and \(rank) have the same GPU, cuda:\(parts[0]); start as "
                        + "many processes on a machine as it shows GPUs (CUDA_VISIBLE_DEVICES)")
            }
        }
    }

    /// Lets operations on tensors of a GPU, which this process has to itself, go over NCCL; those
    /// on the processor's stay with Gloo. Every process calls it.
    public func join(gpu index: Int) throws(TorchError) -> GPUWatch {
        var watch: CTWatch?
        try check(
            ct_group_join_gpus(handle, store.handle, Int32(index), Int64(timeout), &watch),
            "ProcessGroupNCCL", "rank \(rank) of \(size) on cuda:\(index)")
        guard let watch else {
            throw .operation(
                name: "ProcessGroupNCCL", arguments: "", message: "no group came back")
        }
        isOnGPUs = true
        return GPUWatch(watch)
    }

    /// Waits until NCCL has done its work and ends it, without which a process cannot end in order.
    /// Every process calls it; nothing happens where NCCL has no part.
    public func leaveGPUs() throws(TorchError) {
        try check(ct_group_leave_gpus(handle), "ProcessGroupNCCL.shutdown")
    }
}

/// Tells what became of a group's work on GPUs, which the main thread cannot see: it waits for its
/// GPU, which waits for the others'.
public final class GPUWatch: @unchecked Sendable {
    // @unchecked: libtorch takes a lock. Never freed: at the end of a process that failed, taking
    // NCCL down would wait for ranks that are gone.
    private let handle: CTWatch

    init(_ handle: CTWatch) { self.handle = handle }

    /// What libtorch's watchdog found, nil while all goes well; any thread may ask.
    public var trouble: String? {
        guard let text = ct_watch_trouble(handle) else { return nil }
        defer { ct_free_text(text) }
        return "NCCL: \(String(cString: text))"
    }
}

extension CUDA {
    /// What no other GPU of any machine has.
    static func identity(of index: Int) throws(TorchError) -> String {
        var text: UnsafeMutablePointer<CChar>?
        try check(ct_gpu_identity(Int32(index), &text), "CUDA device", "\(index)")
        guard let text else { return "" }
        defer { ct_free_text(text) }
        return String(cString: text)
    }
}

extension ProcessPlace {
    /// The number of this process's GPU among those that its machine shows it: its own number
    /// there, or 0 where it is shown one only, as clusters do that give each process its own.
    /// - Throws: ``RankError/variable(name:reason:)`` where there are fewer than processes.
    public func gpu(of count: Int) throws(RankError) -> Int {
        let most = max(localSize ?? 0, localRank + 1)
        guard count <= 1 || most <= count else {
            throw .variable(
                name: "LOCAL_RANK",
                reason: "is \(localRank), one of \(localSize == nil ? "at least " : "")\(most) "
                    + "processes on this machine, which has \(count) GPUs; start at most \(count)")
        }
        return count <= 1 ? 0 : localRank
    }
}
