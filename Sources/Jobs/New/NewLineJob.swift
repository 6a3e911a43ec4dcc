internal import CambiumCorpus
internal import CambiumEncoders
internal import CambiumFiles
internal import CambiumImaging
internal import Foundation

/// A folder of images to a line that can be run: looks at the images, chooses, and writes a recipe
/// for `cambium run`, one for the training, and a model's description, with the reason of every
/// choice.
public struct NewLineJob: Sendable {
    /// The images: a folder with a folder a class, a manifest, or a data set.
    public var images: String
    /// The folder to write; nothing may stand there. Nil: the images' name with `-line` behind it.
    public var out: String?
    /// Minutes that training may take, about.
    public var minutes = 6

    /// A line over these images.
    public init(images: String) { self.images = images }

    /// What was seen and chosen, as lines to read.
    public struct Result: Sendable {
        /// What the images are, what was chosen, what was written, and what comes next.
        public let lines: [String]
    }

    /// Looks, chooses and writes.
    public func run() throws -> Result {
        try Paths.requireInput(images)
        let out = out ?? "\(FileSystem.name(Self.trimmed(images)))-line"
        try Paths.requireFresh(out)
        let survey = try Arguments.checked { try FolderSurvey(images) }
        try check(survey)
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let choice = LineChoice(survey, minutes: minutes, cores: cores)
        let text = LineText(images: Self.absolute(images), survey: survey, choice: choice)
        let staging = try StagedFolder(out)
        try FileSystem.makeFolder("\(staging.path)/model")
        try FileSystem.write(text.line, to: "\(staging.path)/line.yaml")
        try FileSystem.write(text.training, to: "\(staging.path)/train.yaml")
        try FileSystem.write(choice.model.yaml, to: "\(staging.path)/model/config.yaml")
        try staging.commit()
        return Result(lines: describe(survey) + describe(choice, out))
    }

    private func check(_ survey: FolderSurvey) throws {
        guard survey.kind != .captions else {
            throw UsageError(
                "\(images): holds captions, a text an image; the usual line measures classes, so "
                    + "write a recipe of your own (docs/run.md)")
        }
        guard !survey.sides.isEmpty else {
            throw UsageError(
                "\(images): none of \(survey.unreadable.count) files looked at is an image"
                    + (survey.unreadable.first.map { "; the first: \($0)" } ?? ""))
        }
        guard survey.classes.count > 1 else {
            throw UsageError(
                "\(images): one class only, \(survey.classes[0].text); a classifier needs two: a "
                    + "folder for each")
        }
        guard survey.count >= 12 else {
            throw UsageError(
                "\(images): \(survey.count) images are too few to divide into training, validation "
                    + "and test; a dozen is the least, hundreds are better")
        }
    }

    private func describe(_ survey: FolderSurvey) -> [String] {
        let (first, last) = (survey.classes[0], survey.classes[survey.classes.count - 1])
        var lines = [
            "\(images): \(Self.name(survey.kind)), \(Amount.counted(survey.count, "image")), "
                + "\(survey.classes.count) classes, \(first.count) (\(first.text)) to "
                + "\(last.count) (\(last.text)) each",
            "shorter side of \(survey.sides.count) that were decoded: "
                + "\(survey.sides[survey.sides.count / 2]) pixels (median), "
                + "\(survey.sides[0]) at least",
        ]
        if survey.unreadable.count > 0, let reason = survey.unreadable.first {
            lines.append(
                "note: \(Amount.counted(survey.unreadable.count, "file")) of those looked at is no "
                    + "image and will be left out; the first: \(reason)")
        }
        if survey.passedOver > 0 {
            lines.append(
                "note: \(Amount.counted(survey.passedOver, "file")) left out: outside of classes, or no "
                    + "images")
        }
        if survey.transparent > 0 {
            lines.append(
                "note: \(survey.transparent) have transparent pixels; white is put behind them "
                    + "(--background)")
        }
        let rare = survey.classes.filter { $0.count < 10 }
        if !rare.isEmpty {
            lines.append(
                "note: \(rare.count) of the classes have fewer than 10 images, whose numbers will "
                    + "say little; prepare's --min-per-class 10 leaves them out")
        }
        if !survey.hasGroups {
            lines.append(
                survey.prefix.map {
                    "note: names begin with one of \($0.count) prefixes before \"\($0.separator)\"; "
                        + "where one is a patient, add --group-by prefix:\($0.separator) in line.yaml"
                }
                    ?? "note: nothing tells patients apart; where several images are of one, see "
                    + "--group-by")
        }
        return lines
    }

    private func describe(_ choice: LineChoice, _ out: String) -> [String] {
        [
            "chosen: a small model from scratch at \(choice.seen) pixels, batches of "
                + "\(choice.batch), \(choice.epochs) epochs of \(choice.steps) steps, for some "
                + "\(minutes) minutes (--minutes)",
            "written: \(out)/line.yaml, \(out)/train.yaml, \(out)/model/config.yaml: read them, "
                + "every choice has its reason",
            "next: cambium run \(out)/line.yaml",
        ]
    }

    private static func name(_ kind: InputKind) -> String {
        switch kind {
        case .classFolders: "a folder a class"
        case .captions: "captions"
        case .manifest: "a manifest"
        case .dataSet: "a data set"
        case .volumes: "volumes"
        }
    }

    private static func trimmed(_ path: String) -> String {
        var path = Substring(path)
        while path.count > 1, path.hasSuffix("/") { path = path.dropLast() }
        return String(path)
    }

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(FileSystem.workingFolder)/\(path)"
    }
}
