internal import CambiumFiles

/// From a folder's name to the text of its class.
struct ClassTextRule {
    private var template = "{label}"
    /// Folder to label; nil: every folder is a class, its name (`_` as a space) the label.
    private var labels: [String: String]?
    /// Label to view.
    private var views: [String: String] = [:]

    init() {}

    /// Reads `template`, `labels` and `views`.
    init(_ settings: Settings) throws {
        template = try settings.string("template") ?? template
        if let mapping = try settings.settings("labels") {
            labels = [:]
            for folder in mapping.keys { labels?[folder] = try mapping.string(folder) }
        }
        if let mapping = try settings.settings("views") {
            for view in mapping.keys {
                for label in try mapping.strings(view) ?? [] {
                    if let other = views.updateValue(view, forKey: label) {
                        throw mapping.invalid(view, "has \(label), which stands under \(other) too")
                    }
                }
            }
        }
        try check(settings)
    }

    /// The folder of a path that names its class: the nearest one with a label, or the file's
    /// own folder when folders need none.
    func classFolder(of folders: [Substring]) -> Int? {
        guard let labels else { return folders.isEmpty ? nil : folders.count - 1 }
        return folders.lastIndex { labels[String($0)] != nil }
    }

    /// The class text of a folder, nil when the mapping does not have it.
    func text(folder: String) -> String? {
        let name = String(folder.map { $0 == "_" ? " " : $0 })
        guard let label = labels == nil ? name : labels?[folder] else { return nil }
        let values = ["label": label, "view": views[label] ?? "", "folder": name]
        return TextTemplate.fill(template, values).oneLine
    }

    /// The class text of a label or caption that is written out: as it stands, unless there are
    /// labels or a template. Nil when the labels do not have it.
    func text(ofCell label: String) -> String? {
        labels == nil && template == "{label}" ? label : text(folder: label)
    }

    private func check(_ settings: Settings) throws {
        if let unknown = TextTemplate.unknown(in: template, known: ["label", "view", "folder"]) {
            throw settings.invalid(
                "template", "has {\(unknown)}; known are {label}, {view} and {folder}")
        }
        for label in Set(views.keys).subtracting((labels ?? [:]).values).sorted() {
            throw settings.invalid("views", "has \(label), which is no label of labels")
        }
        guard template.contains("{view}") else { return }
        for label in Set((labels ?? [:]).values).sorted() where views[label] == nil {
            throw settings.invalid("views", "has no view for \(label), but the template needs one")
        }
        if labels == nil { throw settings.invalid("template", "has {view}, which needs labels") }
    }
}

/// Texts with `{name}` for what changes.
enum TextTemplate {
    /// The template with its names replaced, in one pass (values are not searched again).
    static func fill(_ template: String, _ values: [String: String]) -> String {
        pieces(template).map { piece in
            switch piece {
            case .text(let text): text
            case .name(let name): values[name] ?? "{\(name)}"
            }
        }.joined()
    }

    /// The first name that is not known.
    static func unknown(in template: String, known: Set<String>) -> String? {
        for case .name(let name) in pieces(template) where !known.contains(name) { return name }
        return nil
    }

    private enum Piece {
        case text(String)
        case name(String)
    }

    private static func pieces(_ template: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = template[...]
        while let open = rest.firstIndex(of: "{"),
            let close = rest[open...].firstIndex(of: "}")
        {
            pieces.append(.text(String(rest[..<open])))
            pieces.append(.name(String(rest[rest.index(after: open)..<close])))
            rest = rest[rest.index(after: close)...]
        }
        return pieces + [.text(String(rest))]
    }
}

extension String {
    /// The text with line breaks, tabs and other control characters as spaces.
    var oneLine: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0x00...0x1F, 0x7F...0x9F, 0x2028, 0x2029: text += " "
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
