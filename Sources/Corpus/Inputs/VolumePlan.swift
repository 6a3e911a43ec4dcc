internal import CambiumFiles
internal import CambiumImaging

/// The part of a configuration that turns volumes into slices.
struct VolumePlan {
    /// One volume, or several by a pattern.
    struct Entry {
        /// Path below the folder; `*` stands for any part of a name.
        let file: String
        /// Who it shows: a subject's volumes share one split.
        let subject: String
        let split: SplitName
    }

    let entries: [Entry]
    let slices: SliceRule
    let holdout: Holdout?

    /// Reads `volumes`, `slices` and `holdout`; nil when there are no volumes.
    init?(_ settings: Settings) throws {
        guard let list = try settings.list("volumes") else { return nil }
        guard !list.isEmpty else { throw settings.invalid("volumes", "is an empty list") }
        entries = try list.map(Self.entry)
        slices = try SliceRule(settings)
        holdout = try settings.settings("holdout").map(Holdout.init)
        try refuseLeaks(settings)
    }

    private static func entry(_ settings: Settings) throws -> Entry {
        guard let file = try settings.string("file"), !file.isEmpty else {
            throw settings.invalid("file", "is missing; name the volume's file")
        }
        guard let subject = try settings.string("subject"), !subject.isEmpty else {
            throw settings.invalid("subject", "is missing; say whom the volume shows")
        }
        return Entry(file: file, subject: subject, split: try settings.split("split"))
    }

    /// A subject in two splits would be learned from and tested on.
    private func refuseLeaks(_ settings: Settings) throws {
        var known: [String: SplitName] = [:]
        for entry in entries {
            let other = known.updateValue(entry.split, forKey: entry.subject)
            if let other, other != entry.split {
                throw settings.invalid(
                    "volumes",
                    "puts subject \(entry.subject) into \(other.rawValue) and into "
                        + "\(entry.split.rawValue); a subject belongs to one split")
            }
        }
    }
}

/// Which slices of a volume are used and what they are called.
struct SliceRule: Sendable {
    var planes: [Plane] = [.axial, .coronal, .sagittal]
    /// Classes a plane is divided into along its axis.
    var levels = 5
    /// The least share of foreground in a slice.
    var minForeground = 0.05
    /// What counts as foreground: a share of the intensity window.
    var foreground = 0.1
    var percentiles = 1.0...99.0
    var template = "{plane} level {level} of {levels}"

    init(_ settings: Settings) throws {
        guard let rule = try settings.settings("slices") else { return }
        if let names = try rule.strings("planes") {
            planes = try names.map { name in
                guard let plane = Plane(rawValue: name) else {
                    throw rule.invalid("planes", "has \(name); known are axial, coronal, sagittal")
                }
                return plane
            }
        }
        levels = try rule.integer("levels") ?? levels
        guard (1...1000).contains(levels) else { throw rule.invalid("levels", "must be 1 to 1000") }
        minForeground = try rule.double("min_foreground") ?? minForeground
        foreground = try rule.double("foreground") ?? foreground
        if let intensity = try rule.settings("intensity"),
            let bounds = try intensity.doubles("percentiles")
        {
            guard bounds.count == 2, 0 <= bounds[0], bounds[0] < bounds[1], bounds[1] <= 100 else {
                throw intensity.invalid("percentiles", "must be two rising numbers in 0...100")
            }
            percentiles = bounds[0]...bounds[1]
        }
        template = try rule.string("template") ?? template
        let known: Set = ["plane", "level", "levels"]
        if let unknown = TextTemplate.unknown(in: template, known: known) {
            throw rule.invalid(
                "template", "has {\(unknown)}; known are {plane}, {level} and {levels}")
        }
    }

    /// The class text of a level, counted from 0.
    func text(_ plane: Plane, level: Int) -> String {
        let values = [
            "plane": plane.rawValue, "level": "\(level + 1)", "levels": "\(levels)",
        ]
        return TextTemplate.fill(template, values).oneLine
    }
}

/// Blocks of neighbouring slices of the training volumes that are held out, by their index along
/// the axis: `length` of every `period`, with `gap` more on either side left out of both, so that
/// no slice held out has a neighbour that is learned from.
struct Holdout: Sendable {
    let split: SplitName
    let period: Int
    let length: Int
    let gap: Int
    let offset: Int

    init(_ settings: Settings) throws {
        split = try settings.split("split")
        guard split != .train else { throw settings.invalid("split", "must not be train") }
        period = try settings.integer("period") ?? 32
        length = try settings.integer("length") ?? 5
        gap = try settings.integer("gap") ?? 2
        offset = try settings.integer("offset") ?? 0
        guard (1...1_000_000).contains(period) else {
            throw settings.invalid("period", "must be 1 to 1000000")
        }
        guard length > 0, gap >= 0, length < period, gap < period, length + 2 * gap < period else {
            throw settings.invalid("period", "must exceed length + 2 * gap, with length above 0")
        }
        guard (0..<period).contains(offset) else {
            throw settings.invalid("offset", "must be at least 0 and below period")
        }
    }

    /// The split of a training volume's slice, nil when it is left out.
    func split(index: Int) -> SplitName? {
        let place = (index - offset + period) % period
        if place < length { return split }
        return place < length + gap || place >= period - gap ? nil : .train
    }
}

extension Settings {
    /// The name of a split.
    fileprivate func split(_ key: String) throws -> SplitName {
        guard let name = try string(key), let split = SplitName(rawValue: name) else {
            throw invalid(key, "must be train, validation or test")
        }
        return split
    }
}
