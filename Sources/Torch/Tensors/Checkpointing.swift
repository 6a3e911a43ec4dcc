internal import CCambiumTorch
internal import Glibc

extension Tensor {
    /// `body` of this tensor. While gradients are recorded only this tensor is kept: what is
    /// between is computed once more for the gradients (Chen et al., "Training Deep Nets with
    /// Sublinear Memory Cost", 2016). `body` must give the same both times.
    public func checkpointed(_ body: @escaping (Tensor) throws -> Tensor) throws -> Tensor {
        guard ct_gradient_mode() else { return try body(self) }
        // Of an input without a history libtorch would conclude that nothing has gradients.
        let input = requiresGradient ? self : try detached()
        if !requiresGradient { try input.setRequiresGradient() }
        let work = Work(body)
        var result: CTTensor?
        let status = ct_checkpoint(
            input.handle,
            { context, input, output in
                guard let context, let input, let output else { return strdup("no work") }
                let work = Unmanaged<Work>.fromOpaque(context).takeUnretainedValue()
                return work.run(input, output)
            }, { context in context.map { Unmanaged<Work>.fromOpaque($0).release() } },
            Unmanaged.passRetained(work).toOpaque(), &result)
        if let failure = work.failure {
            ct_free_text(status)
            throw failure
        }
        try check(status, "checkpoint", "\(self)")
        guard let result else {
            throw TorchError.operation(name: "checkpoint", arguments: "", message: "gave nothing")
        }
        return Tensor(owning: result)
    }
}

/// Runs `body` under PyTorch's autocast: operators that gain from it compute in `type` (16 bits),
/// those that need care in float32, the others in what they are given.
public func withAutocast<Result>(
    _ type: ElementType, _ body: () throws -> Result
) throws -> Result {
    var outcome: Swift.Result<Result, any Error>?
    let status = withoutActuallyEscaping(body) { body in
        let scope = Scope { outcome = Swift.Result { try body() } }
        return withExtendedLifetime(scope) {
            ct_autocast(
                type.rawValue,
                { context, _, _ in
                    guard let context else { return strdup("no work") }
                    Unmanaged<Scope>.fromOpaque(context).takeUnretainedValue().body()
                    return nil
                }, Unmanaged.passUnretained(scope).toOpaque())
        }
    }
    try check(status, "autocast", "\(type)")
    guard let outcome else {
        throw TorchError.operation(name: "autocast", arguments: "", message: "did not run")
    }
    return try outcome.get()
}

/// What is run twice.
private final class Work {
    private let body: (Tensor) throws -> Tensor
    /// The first run's error, which the caller gets as it is.
    private(set) var failure: (any Error)?

    init(_ body: @escaping (Tensor) throws -> Tensor) { self.body = body }

    func run(_ input: CTTensor, _ output: UnsafeMutablePointer<CTTensor?>) -> CTStatus? {
        do {
            let result = try body(Tensor(owning: input))
            // A handle of its own: the caller's is freed with `result`.
            output.pointee = ct_tensor_share(result.handle)
            return nil
        } catch {
            failure = error
            return strdup("\(error)")
        }
    }
}

private final class Scope {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
}
