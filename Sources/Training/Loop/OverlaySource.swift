internal import CambiumLayers
internal import CambiumTorch

/// Some parameters from one place and the rest from another, memory shared.
final class OverlaySource: ParameterSource {
    private let tensors: [String: Tensor]

    init(
        _ top: [(name: String, tensor: Tensor)], over bottom: [(name: String, tensor: Tensor)]
    ) {
        tensors = Dictionary(
            (top + bottom).map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
    }

    func parameter(
        _ name: String, _ shape: [Int], _ initialization: Initialization
    ) throws -> Tensor {
        guard let tensor = tensors[name] else {
            throw TrainingError.run(path: name, reason: "is no parameter of the model")
        }
        return tensor
    }
}
