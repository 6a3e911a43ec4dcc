/// Operations over many tensors at once: one call where a loop would pay for each.
public enum Foreach {
    private static let multiplication = Operator("_foreach_mul_", "Tensor")
    private static let interpolation = Operator("_foreach_lerp_", "Scalar")
    private static let norms = Operator("_foreach_norm", "Scalar")
    private static let stacking = Operator("stack")
    private static let vectorNorm = Operator("linalg_vector_norm")
    private static let fusedAdamW = Operator("_fused_adamw_")

    /// Every tensor times a tensor of rank 0, in place.
    public static func multiply(_ tensors: [Tensor], by factor: Tensor) throws(TorchError) {
        guard !tensors.isEmpty else { return }
        try multiplication.run(.tensors(tensors), .tensor(factor))
    }

    /// `a + weight (b - a)`, in place of `a`.
    public static func interpolate(
        _ tensors: [Tensor], to targets: [Tensor], weight: Double
    ) throws(TorchError) {
        guard !tensors.isEmpty else { return }
        try interpolation.run(.tensors(tensors), .tensors(targets), .real(weight))
    }

    /// The Euclidean norm of all elements of all tensors together, rank 0.
    public static func norm(_ tensors: [Tensor]) throws(TorchError) -> Tensor {
        let each = try norms.all(.tensors(tensors), .real(2), capacity: tensors.count)
        return try vectorNorm(.tensor(try stacking(.tensors(each.compactMap { $0 }))), .real(2))
    }

    /// One AdamW step (Loshchilov and Hutter, 2019) over all tensors, in place, in libtorch's
    /// fused kernel. `steps` are float32 tensors of rank 0 that hold the number of the step,
    /// counted from 1.
    public static func adamW(
        parameters: [Tensor], gradients: [Tensor], averages: [Tensor], squares: [Tensor],
        steps: [Tensor], learningRate: Double, beta1: Double, beta2: Double,
        weightDecay: Double, epsilon: Double
    ) throws(TorchError) {
        guard !parameters.isEmpty else { return }
        try fusedAdamW.run(
            .tensors(parameters), .tensors(gradients), .tensors(averages), .tensors(squares),
            .tensors([]), .tensors(steps), .real(learningRate), .real(beta1), .real(beta2),
            .real(weightDecay), .real(epsilon), .bool(false), .bool(false))
    }
}
