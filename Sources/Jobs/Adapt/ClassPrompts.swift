internal import CambiumCorpus
internal import CambiumFiles
internal import Foundation

/// The texts that a model reads for classes.
enum ClassPrompts {
    /// Prompts that are longer than the model's context, of all templates.
    static func cut(
        _ names: [String], _ templates: [String], _ tokenizer: Tokenizer
    ) -> [String] {
        templates.flatMap { template in
            names.map { template.replacingOccurrences(of: "{}", with: $0) }
                .filter { tokenizer.encode($0).wasCut }
        }
    }

    /// Says which prompts lose their tail.
    static func warn(
        _ names: [String], _ templates: [String], _ tokenizer: Tokenizer, _ log: Log
    ) {
        let lost = cut(names, templates, tokenizer)
        guard let first = lost.first else { return }
        log.warning(
            "\(lost.count) prompts are longer than the model's \(tokenizer.contextLength) tokens "
                + "and are cut, the first of them \"\(first.prefix(60))\"")
    }

    /// Templates of a file, one a line.
    static func templates(_ path: String) throws -> [String] {
        try Paths.requireFile(path)
        let lines = try FileSystem.readText(path).split(whereSeparator: \.isNewline).map(
            String.init)
        guard !lines.isEmpty else { throw UsageError("\(path): holds no template") }
        if let line = lines.firstIndex(where: { !$0.contains("{}") }) {
            throw UsageError("\(path):\(line + 1): lacks {}, the place of the class text")
        }
        return lines
    }
}
