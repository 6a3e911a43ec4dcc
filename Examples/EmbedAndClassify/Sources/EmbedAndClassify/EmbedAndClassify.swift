import CambiumAdapters
import CambiumCorpus
import CambiumEncoders
import CambiumEvaluation
import CambiumTraining
import Hummingbird

/// Embeds a folder of images (one folder a class) with a model, trains a linear head on two thirds
/// of each class and prints the macro F1 on the rest. With a port it goes on to serve the number.
@main
struct EmbedAndClassify {
    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count == 3 || words.count == 4 else {
            print("EmbedAndClassify MODEL IMAGES [PORT]")
            return
        }
        let score = try macroF1(model: words[1], images: words[2])
        print("macro F1 \(score)")
        guard words.count == 4, let port = Int(words[3]) else { return }
        let router = Router()
        router.get("/") { _, _ in "macro F1 \(score)\n" }
        let address = BindAddress.hostname("127.0.0.1", port: port)
        try await Application(router: router, configuration: .init(address: address)).runService()
    }

    static func macroF1(model path: String, images: String) throws -> Double {
        // The class of an image is the folder that it stands in.
        let source = try ImageFiles(folder: images)
        let folders = (0..<source.count).map { row in
            String(source.key(row).prefix { $0 != "/" })
        }
        let names = Set(folders).sorted()
        let classes = folders.compactMap(names.firstIndex)

        // One pass through the image tower; embeddings have length 1.
        let folder = try ModelFolder(path)
        let embedder = try Embedder(folder.load(), folder.preprocessing)
        let embeddings = try embedder.embed(source)
        let width = embedder.width

        // Every third image of a class is tested.
        var seen = [Int](repeating: 0, count: names.count)
        let isTested = classes.map { number in
            seen[number] += 1
            return seen[number].isMultiple(of: 3)
        }
        func rows(tested: Bool) -> HeadRows {
            let chosen = classes.indices.filter { isTested[$0] == tested }
            return HeadRows(
                embeddings: chosen.flatMap { embeddings[$0 * width..<($0 + 1) * width] },
                classes: chosen.map { classes[$0] })
        }

        // Logistic regression, as scikit-learn's with C = 1.
        let fitter = HeadFitter(width: width, classes: names.count)
        let head = try fitter.fit(.logistic(strength: 1, .none), rows(tested: false))
        let test = rows(tested: true)
        let labels = try ClassList(names.enumerated().map { .init(id: $0, name: $1) })
        let predictions = try Predictions(
            classes: labels, truth: test.classes,
            scores: head.probabilities(test.embeddings))
        return try ClassificationMetrics(predictions).macro.f1
    }
}
