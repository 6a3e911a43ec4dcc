import CambiumEvaluation
import CambiumFiles
import CambiumTestFolders
import Testing

@Suite struct StoredEvaluationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `a class without its number is named in one short line, however long it is`() throws
    {
        let values = [String](repeating: "0.5", count: 5000).joined(separator: ", ")
        _ = try folder.write(
            #"{"per_class": [{"class_name": "a", "intervals": [\#(values)]}]}"#, to: "metrics.json")
        #expect {
            _ = try StoredEvaluation(folder: folder.path)
        } throws: {
            let text = "\($0)"
            return text.contains("per_class 1: class_id and class_name expected")
                && text.count < folder.path.count + 250
        }
    }
}
