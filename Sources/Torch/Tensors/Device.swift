internal import CCambiumTorch

/// Where a tensor lives.
public enum Device: Sendable, Hashable, CustomStringConvertible {
    /// The processor's memory.
    case cpu
    /// A CUDA device by number.
    case cuda(Int)
    /// Shapes without memory: counts and checks of models too big to allocate.
    case meta

    /// The name libtorch knows it by.
    public var description: String {
        switch self {
        case .cpu: "cpu"
        case .cuda(let index): "cuda:\(index)"
        case .meta: "meta"
        }
    }

    /// Reads `cpu`, `cuda` (the first) or `cuda:N`, and checks that it is there.
    public init(named name: String) throws(TorchError) {
        if name == "cpu" {
            self = .cpu
            return
        }
        guard name == "cuda" || name.hasPrefix("cuda:"),
            let index = name == "cuda" ? 0 : Int(name.dropFirst(5)), index >= 0
        else { throw .device(name: name, reason: "unknown; use cpu, cuda or cuda:N") }
        try CUDA.load()
        guard index < CUDA.count else {
            throw .device(name: name, reason: "this machine has \(CUDA.count) CUDA devices")
        }
        self = .cuda(index)
    }

    /// The first CUDA device where the driver and the libraries are there, else the processor.
    public static var best: Device {
        (try? CUDA.load()) != nil && CUDA.count > 0 ? .cuda(0) : .cpu
    }
}

/// The CUDA side of libtorch, opened at run time so that the program is whole without it.
public enum CUDA {
    /// Number of usable devices; 0 before ``load()`` and where there is none.
    public static var count: Int { Int(ct_cuda_device_count()) }

    /// Opens `libtorch_cuda.so` beside the CPU library; later calls cost nothing.
    /// - Throws: ``TorchError/device(name:reason:)`` with the loader's reason.
    public static func load() throws(TorchError) { try outcome.get() }

    /// Makes a device this thread's, so that nothing is kept on the first one besides.
    public static func select(_ index: Int) throws(TorchError) {
        try check(ct_cuda_select(Int32(index)), "cudaSetDevice", "\(index)")
    }

    /// Waits for all work on the current device, for timing.
    public static func synchronize() throws(TorchError) {
        try check(ct_cuda_synchronize(), "cudaDeviceSynchronize")
    }

    private static let outcome: Result<Void, TorchError> = {
        guard let message = ct_load_library("libtorch_cuda.so") else { return .success(()) }
        defer { ct_free_text(message) }
        let reason =
            "\(String(cString: message)); on a machine with a CUDA driver `make setup` fetches "
            + "the CUDA libraries"
        return .failure(.device(name: "cuda", reason: reason))
    }()
}

/// Facts about the libtorch that is loaded.
public enum Runtime {
    /// Opens libtorch, which otherwise happens with the first tensor.
    /// - Throws: ``TorchError`` that says what is missing.
    public static func open() throws(TorchError) { try check(ct_open(), "libtorch") }

    /// libtorch's version.
    public static var version: String { String(cString: ct_version()) }

    /// Threads an operator may use on the processor.
    public static var threads: Int {
        get { Int(ct_threads()) }
        set { ct_set_threads(Int32(clamping: max(1, newValue))) }
    }

    /// Sets how many threads an operator called by this thread may use; other threads keep theirs.
    ///
    /// libtorch's operators give every thread that calls them a team of threads of its own, and the
    /// teams of several callers stand in each other's way.
    public static func shareThreads(_ count: Int) {
        ct_share_threads(Int32(clamping: max(1, count)))
    }

    /// Gives freed memory back to the system: glibc keeps it for each thread that ever asked apart.
    public static func returnFreeMemory() { ct_return_free_memory() }
}
