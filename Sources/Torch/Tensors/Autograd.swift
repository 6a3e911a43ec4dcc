internal import CCambiumTorch

/// Gradients. Scopes are synchronous on purpose: grad mode belongs to a thread and does not
/// follow a task across `await`.
extension Tensor {
    /// Whether operations on this tensor are recorded.
    public var requiresGradient: Bool { ct_requires_gradient(handle) }

    /// Makes this leaf's gradient wanted or not.
    public func setRequiresGradient(_ value: Bool = true) throws(TorchError) {
        try check(ct_set_requires_gradient(handle, value), "requires_grad_", "\(self)")
    }

    /// Accumulates the gradients of this tensor (rank 0, or with a `gradient` of its shape) into
    /// the leaves it came from.
    public func backward(_ gradient: Tensor? = nil) throws(TorchError) {
        try check(ct_backward(handle, gradient?.handle), "backward", "\(self)")
    }

    /// The gradient accumulated so far.
    public func gradient() throws(TorchError) -> Tensor? {
        var result: CTTensor?
        try check(ct_gradient(handle, &result), "grad", "\(self)")
        return result.map(Tensor.init(owning:))
    }

    /// Forgets the accumulated gradient.
    public func clearGradient() { ct_clear_gradient(handle) }
}

/// Runs `body` without recording operations for gradients.
public func withoutGradients<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
    let before = ct_gradient_mode()
    ct_set_gradient_mode(false)
    defer { ct_set_gradient_mode(before) }
    return try body()
}
