internal import CCambiumTorch
internal import Synchronization

/// The processes that compute one step together, and what they tell each other: libtorch's group,
/// over Gloo, and over NCCL for tensors of GPUs that joined. Every process calls the same operations
/// in the same order.
public final class ProcessGroup {
    /// This process's number, from 0.
    public let rank: Int
    /// How many processes there are.
    public let size: Int
    /// Where they met.
    public let store: RendezvousStore
    let handle: CTGroup
    /// Milliseconds after which an operation that others do not join fails.
    let timeout: Int
    /// Whether NCCL has a part in it.
    public internal(set) var isOnGPUs = false
    /// How many operations this process has entered, which tells who waits for whom.
    public let calls = CallCounter()

    /// Joins the processes of a store.
    /// - Parameters:
    ///   - address: this machine's address, as the others see it.
    ///   - timeout: milliseconds after which an operation that others do not join fails.
    public init(
        store: RendezvousStore, rank: Int, size: Int, address: String, timeout: Int
    ) throws(TorchError) {
        var result: CTGroup?
        let status = ct_group_join(
            store.handle, Int32(rank), Int32(size), address, Int64(timeout), &result)
        try check(status, "ProcessGroup", "rank \(rank) of \(size) at \(address)")
        guard let result else {
            throw .operation(name: "ProcessGroup", arguments: "", message: "no group came back")
        }
        (handle, self.rank, self.size, self.store) = (result, rank, size, store)
        self.timeout = timeout
    }

    deinit { ct_group_leave(handle) }

    /// Replaces a tensor by its sum over the processes.
    public func sum(_ tensor: Tensor) throws(TorchError) {
        calls.enter()
        try check(ct_group_sum(handle, tensor.handle), "all_reduce", "\(tensor)")
    }

    /// Every process's tensor by rank; all have the same shape.
    public func gather(_ tensor: Tensor) throws(TorchError) -> [Tensor] {
        calls.enter()
        var results = [CTTensor?](repeating: nil, count: size)
        try check(ct_group_gather(handle, tensor.handle, &results), "all_gather", "\(tensor)")
        return results.compactMap { $0.map(Tensor.init(owning:)) }
    }

    /// Replaces a tensor by that of the process `root`.
    public func broadcast(_ tensor: Tensor, from root: Int = 0) throws(TorchError) {
        calls.enter()
        try check(
            ct_group_broadcast(handle, tensor.handle, Int32(root)), "broadcast", "\(tensor)")
    }
}

/// Counts what a process has entered; any thread may read it.
public final class CallCounter: Sendable {
    private let count = Atomic<Int>(0)

    /// How many so far.
    public var value: Int { count.load(ordering: .relaxed) }

    /// One more.
    public func enter() { count.add(1, ordering: .relaxed) }
}

/// Averages gradients over processes while the backward pass still runs: libtorch's Reducer, which
/// sends a bucket of parameters as soon as all their gradients are there (Li et al., "PyTorch
/// Distributed: Experiences on Accelerating Data Parallel Training", 2020).
///
/// Every parameter has to get a gradient in an announced pass, or from several passes together.
public final class GradientReducer {
    private let handle: CTReducer

    /// Watches these parameters, all of which train.
    /// - Parameters:
    ///   - firstBucket: bytes of the first bucket, small so that sending begins soon.
    ///   - bucket: bytes of the others.
    public init(
        _ parameters: [Tensor], in group: ProcessGroup, firstBucket: Int = 1 << 20,
        bucket: Int = 25 << 20
    ) throws(TorchError) {
        var result: CTReducer?
        let status = ct_reducer_make(
            group.handle, parameters.map { $0.handle }, Int32(parameters.count),
            Int64(firstBucket), Int64(bucket), &result)
        try check(status, "Reducer", "\(parameters.count) parameters")
        guard let result else {
            throw .operation(name: "Reducer", arguments: "", message: "no reducer came back")
        }
        handle = result
    }

    deinit { ct_reducer_free(handle) }

    /// Announces that the backward passes up to the last parameter's gradient are to be averaged,
    /// gradients that were accumulated before included.
    public func begin() throws(TorchError) { try check(ct_reducer_begin(handle), "Reducer.begin") }
}
