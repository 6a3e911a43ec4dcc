import CambiumTorch
import CambiumTraining
import Foundation
import Testing

@Suite struct ContrastiveLossTests {
    private func features(_ value: (Double) -> Double) throws -> Tensor {
        try Tensor((0..<24).map { value(Double($0)) }, [6, 4]).normalized()
    }

    @Test(arguments: [(1.0, 2.7978572101), (4.516357, 68.4701519332)])
    func `UniCL equals its golden values`(logScale: Double, expected: Double) throws {
        let loss = try ContrastiveLoss()(
            images: features { sin(0.5 * $0 + 0.2) }, texts: features { cos(0.3 * $0) },
            labels: [3, 0, 3, 7, 0, 7], logitScale: Tensor(logScale))
        #expect(abs(try loss.item() - expected) < 1e-9)
    }

    @Test(arguments: [(1.0, 2.6572831869), (4.516357, 63.7382088072)])
    func `without equal classes it is CLIP's loss`(logScale: Double, expected: Double) throws {
        let loss = try ContrastiveLoss()(
            images: features { sin(0.5 * $0 + 0.2) }, texts: features { cos(0.3 * $0) },
            labels: [0, 0, 0, 0, 0, 0], logitScale: Tensor(logScale))
        #expect(abs(try loss.item() - expected) < 1e-9)
    }

    @Test func `unlabelled pairs become classes of their own`() {
        #expect(ContrastiveLoss.targets([3, 0, 3, 7, 0, 7]) == [3, 8, 3, 7, 9, 7])
        #expect(ContrastiveLoss.targets([]) == [])
    }
}
