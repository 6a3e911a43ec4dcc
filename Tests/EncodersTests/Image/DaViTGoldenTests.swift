import CambiumEncoders
import CambiumFiles
import CambiumLayers
import CambiumTorch
import Foundation
import Testing

/// Against timm and transformers, which agree with each other (make_davit_golden.py).
@Suite struct DaViTGoldenTests {
    private func pixels(_ shape: [Int], _ type: ElementType) throws -> Tensor {
        let values = (0..<shape.reduce(1, *)).map { sin(0.013 * Double($0)) }
        return try Tensor(values, shape).converted(to: type)
    }

    private func tower(_ type: ElementType) throws -> (model: DaViT, book: ParameterBook) {
        try closedForm(type) { try DaViT(GoldenModelTests.smallImage, in: $0) }
    }

    @Test(
        arguments: ["padded", "square", "partly_padded"],
        [(ElementType.float64, 1e-9), (.float32, 2e-5)])
    func `every stage and the output equal timm's`(
        name: String, precision: (type: ElementType, tolerance: Double)
    ) throws {
        let golden = try Golden(file: "davit_golden.json").named(name)
        let (model, _) = try tower(precision.type)
        let images = try pixels(golden["input_shape"].integers, precision.type)
        let stages = try golden["stages"]
        var seen = 0
        _ = try withoutGradients {
            try model.features(images) { stage, map in
                seen += 1
                try expect(map, equals: stages[stage], precision.tolerance, "\(name) \(stage)")
            }
        }
        #expect(seen == 8)
        let output = try withoutGradients { try model(images) }
        try expect(output, rows: golden["output"], precision.tolerance, name)
    }

    @Test(arguments: ["padded", "square", "partly_padded"])
    func `gradients equal timm's`(name: String) throws {
        let golden = try Golden(file: "davit_golden.json").named(name)
        let (model, book) = try tower(.float64)
        let output = try model(pixels(golden["input_shape"].integers, .float64))
        try output.backward(cotangent(output.shape))
        let gradients = Dictionary(uniqueKeysWithValues: book.entries.map { ($0.name, $0.tensor) })
        for (parameter, digest) in try golden["gradients"].members {
            let gradient = try #require(try gradients[parameter]?.gradient())
            try expect(gradient, equals: digest, 1e-8, "\(name) \(parameter)")
        }
    }
}

/// What the golden gradients' loss weighs an output with.
func cotangent(_ shape: [Int]) throws -> Tensor {
    try Tensor((0..<shape.reduce(1, *)).map { sin(0.3 * Double($0) + 0.5) }, shape)
}
